package dev.howdah.pooler.hba;

import java.nio.file.Path;
import java.util.List;

/**
 * One line of pg_hba.conf.
 *
 * @param type the transport it is about
 * @param databases one of them must match
 * @param users one of them must match
 * @param address where clients come from; anywhere for {@code local}
 * @param method how they prove who they are
 * @param options what else is asked
 * @param file where the rule stands
 * @param line its line there, from 1
 */
public record HbaRule(
    RecordType type,
    List<NamePattern> databases,
    List<NamePattern> users,
    AddressPattern address,
    HbaMethod method,
    HbaOptions options,
    Path file,
    int line) {

  public HbaRule {
    databases = List.copyOf(databases);
    users = List.copyOf(users);
  }

  boolean matches(ConnectionFacts facts, LocalNetworks networks) {
    if (!type.matches(facts) || !address.matches(facts.address(), networks)) {
      return false;
    }
    return databases.stream().anyMatch(pattern -> pattern.matchesDatabase(facts))
        && users.stream().anyMatch(pattern -> pattern.matchesName(facts.user()));
  }

  /** {@code file:line}, for log lines. */
  public String place() {
    return file + ":" + line;
  }
}

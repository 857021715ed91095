package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.AccessRegex.TooMuchEffort;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a pg_hba.conf in their order. Immutable, for all threads.
 *
 * @param rules the first that matches decides; if none does, nobody gets in
 */
public record HbaRules(List<HbaRule> rules) {

  /** No rule, so nobody gets in. */
  public static final HbaRules NONE = new HbaRules(List.of());

  public HbaRules {
    rules = List.copyOf(rules);
  }

  /**
   * Decides about one connection. In doubt (an expression takes too long, the network interfaces
   * cannot be listed) the client is refused: a later rule may be laxer than the one in question.
   */
  public Verdict match(ConnectionFacts facts) {
    return match(facts, LocalNetworks.ofThisMachine());
  }

  /** As {@link #match(ConnectionFacts)}, on a machine with these networks. */
  public Verdict match(ConnectionFacts facts, LocalNetworks networks) {
    for (HbaRule rule : rules) {
      try {
        if (rule.matches(facts, networks)) {
          return rule.method() == HbaMethod.REJECT
              ? new Verdict.Refuse(rejects(facts), Optional.of(rule))
              : new Verdict.Prove(rule);
        }
      } catch (TooMuchEffort | UncheckedIOException e) {
        return new Verdict.Refuse(
            "pg_hba.conf line %d cannot be decided: %s".formatted(rule.line(), e.getMessage()),
            Optional.empty());
      }
    }
    return new Verdict.Refuse(noEntry(facts), Optional.empty());
  }

  private static String rejects(ConnectionFacts facts) {
    return facts.replication()
        ? "pg_hba.conf rejects replication connection for " + who(facts)
        : "pg_hba.conf rejects connection for " + who(facts);
  }

  private static String noEntry(ConnectionFacts facts) {
    return facts.replication()
        ? "no pg_hba.conf entry for replication connection from " + who(facts)
        : "no pg_hba.conf entry for " + who(facts);
  }

  private static String who(ConnectionFacts facts) {
    return "host \"%s\", user \"%s\", %s%s"
        .formatted(
            facts.origin(),
            facts.user(),
            facts.replication() ? "" : "database \"" + facts.database() + "\", ",
            facts.tls() ? "SSL encryption" : "no encryption");
  }
}

package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Users and their stored secrets: plain text, {@code md5...} or {@code SCRAM-SHA-256$...}.
 *
 * @param secrets by user name; an empty secret means that no password is known
 */
public record UserList(Map<String, String> secrets) {

  /** Nobody. */
  public static final UserList EMPTY = new UserList(Map.of());

  public UserList {
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }

  /**
   * Reads PgBouncer's {@code auth_file}: {@code "user" "secret"} per line, a doubled quote meaning
   * one, the rest of a line ignored. Blocking.
   *
   * <p>A file that cannot be opened gives an empty list and a warning, as in PgBouncer, where the
   * pooler starts and every login fails until the file is there.
   *
   * @throws ConfigException naming every malformed line; PgBouncer would ignore the rest of the
   *     file
   */
  public static LoadedUsers load(Path file) throws ConfigException {
    Findings findings = new Findings();
    UserList users = new UserListReader(file, findings).read(false);
    findings.throwIfAny();
    return new LoadedUsers(users, findings.warnings());
  }

  /** The stored secret of a user. */
  public Optional<String> secret(String user) {
    return Optional.ofNullable(secrets.get(user));
  }

  /** Whether the user is listed. */
  public boolean contains(String user) {
    return secrets.containsKey(user);
  }

  @Override
  public String toString() {
    return "UserList[" + secrets.size() + " users]";
  }
}

package dev.howdah.pooler.config;

import java.util.Optional;

/**
 * How users who are not in {@code auth_file} are looked up in a database. Empty is "not said at
 * this level".
 *
 * @param user who asks; without one, nobody is looked up
 * @param sql answers one row of two columns, the user's name and secret; {@code $1} is the name
 * @param database which entry of {@code [databases]} is asked; empty for the one the client wants
 */
public record AuthQuery(Optional<String> user, Optional<String> sql, Optional<String> database) {
  /** Nothing said. */
  public static final AuthQuery NONE =
      new AuthQuery(Optional.empty(), Optional.empty(), Optional.empty());

  /** These values where they are said, else those of a wider level. */
  public AuthQuery orElse(AuthQuery wider) {
    return new AuthQuery(user.or(wider::user), sql.or(wider::sql), database.or(wider::database));
  }
}

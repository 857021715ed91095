package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.AccessRegex.Capture;

/**
 * One line of pg_ident.conf: this system user may log in as that database user.
 *
 * @param map the map it belongs to
 * @param systemUser an exact name or a regular expression
 * @param databaseUser whom the system user may log in as
 */
public record IdentEntry(String map, NamePattern systemUser, DatabaseUser databaseUser) {

  /** Whom a system user may log in as. */
  public sealed interface DatabaseUser {

    /** Whoever matches. */
    record Fixed(NamePattern pattern) implements DatabaseUser {}

    /** The user named by the first group of the system user's expression, between two texts. */
    record Captured(String before, String after) implements DatabaseUser {}
  }

  boolean allows(String system, String database) {
    return switch (databaseUser) {
      case DatabaseUser.Fixed(var pattern) ->
          systemUser.matchesName(system) && pattern.matchesName(database);
      case DatabaseUser.Captured(var before, var after) -> {
        Capture capture =
            systemUser instanceof NamePattern.Matching(var regex)
                ? regex.capture(system).orElse(null)
                : null;
        yield capture != null
            && capture.text() != null
            && database.equals(before + capture.text() + after);
      }
    };
  }
}

package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.AccessRegex.TooMuchEffort;
import java.util.List;
import java.util.Optional;

/**
 * The user name maps of a pg_ident.conf (docs: "User Name Maps"). Immutable, for all threads.
 *
 * @param entries in the order of the file, all maps mixed
 */
public record IdentMaps(List<IdentEntry> entries) {

  /** No map. */
  public static final IdentMaps NONE = new IdentMaps(List.of());

  public IdentMaps {
    entries = List.copyOf(entries);
  }

  /** Whether there is a map of that name. */
  public boolean contains(String map) {
    return entries.stream().anyMatch(entry -> entry.map().equals(map));
  }

  /**
   * Whether a proven name may log in as a database user.
   *
   * @param map from {@link HbaOptions#map}; without one both names must be equal
   * @param systemUser what was proven: the operating system's user, or the certificate's name
   * @param databaseUser whom the client wants to be
   */
  public boolean allows(Optional<String> map, String systemUser, String databaseUser) {
    if (map.isEmpty()) {
      return systemUser.equals(databaseUser);
    }
    try {
      return entries.stream()
          .filter(entry -> entry.map().equals(map.get()))
          .anyMatch(entry -> entry.allows(systemUser, databaseUser));
    } catch (TooMuchEffort e) {
      return false;
    }
  }
}

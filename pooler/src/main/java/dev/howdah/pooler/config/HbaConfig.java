package dev.howdah.pooler.config;

import dev.howdah.pooler.hba.HbaRules;
import dev.howdah.pooler.hba.IdentMaps;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Rules per address, database and user. The files are read together with the configuration, and
 * only for {@link AuthType#HBA}; otherwise there are no rules and no maps.
 *
 * @param file {@code auth_hba_file}
 * @param identFile {@code auth_ident_file}
 * @param rules what the first file says
 * @param maps what the second file says
 */
public record HbaConfig(
    Optional<Path> file, Optional<Path> identFile, HbaRules rules, IdentMaps maps) {

  /** No files. */
  public static final HbaConfig NONE =
      new HbaConfig(Optional.empty(), Optional.empty(), HbaRules.NONE, IdentMaps.NONE);
}

package dev.howdah.pooler.config;

import dev.howdah.pooler.hba.HbaFinding;
import dev.howdah.pooler.hba.HbaRules;
import dev.howdah.pooler.hba.IdentMaps;
import dev.howdah.pooler.hba.LoadedHba;
import java.nio.file.Path;
import java.util.Optional;

/** Reads how clients prove who they are, the files of rules and name maps included. */
final class AuthReader {

  private static final String HBA_FILE = "auth_hba_file";
  private static final String IDENT_FILE = "auth_ident_file";

  private final Settings main;
  private final Path file;
  private final Findings findings;

  AuthReader(Settings main, Path file, Findings findings) {
    this.main = main;
    this.file = file;
    this.findings = findings;
  }

  AuthConfig read() {
    AuthType type = main.choice("auth_type", AuthType.class);
    return new AuthConfig(
        type, main.optionalPath("auth_file"), query(), main.integer("scram_iterations"), hba(type));
  }

  private AuthQuery query() {
    return new AuthQuery(
        main.optionalText("auth_user"),
        Optional.of(main.text("auth_query")),
        main.optionalText("auth_dbname"));
  }

  private HbaConfig hba(AuthType type) {
    Optional<Path> hbaFile = main.optionalPath(HBA_FILE);
    Optional<Path> identFile = main.optionalPath(IDENT_FILE);
    if (type != AuthType.HBA) {
      warnIfUnused(HBA_FILE, hbaFile, type);
      warnIfUnused(IDENT_FILE, identFile, type);
      return new HbaConfig(hbaFile, identFile, HbaRules.NONE, IdentMaps.NONE);
    }
    if (hbaFile.isEmpty()) {
      main.problem("auth_type", file, 0, "needs auth_hba_file; name the file with the rules");
      return new HbaConfig(hbaFile, identFile, HbaRules.NONE, IdentMaps.NONE);
    }
    LoadedHba loaded = LoadedHba.load(hbaFile.get(), identFile, findings::reading);
    for (HbaFinding problem : loaded.problems()) {
      findings.problem(problem.file(), problem.line(), problem.sentence());
    }
    for (HbaFinding warning : loaded.warnings()) {
      findings.warning(warning.file(), warning.line(), warning.sentence());
    }
    return new HbaConfig(hbaFile, identFile, loaded.rules(), loaded.maps());
  }

  private void warnIfUnused(String key, Optional<Path> path, AuthType type) {
    if (path.isPresent()) {
      findings.warning(
          file
              + ": "
              + key
              + " is not read, because auth_type is "
              + type.word()
              + "; set auth_type = hba to use it");
    }
  }
}

package dev.howdah.pooler.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was read from access files. Not to be used when there are problems.
 *
 * @param rules of pg_hba.conf
 * @param maps of pg_ident.conf
 * @param problems everything that is wrong, not only the first
 * @param warnings what is allowed but probably not what was meant
 */
public record LoadedHba(
    HbaRules rules, IdentMaps maps, List<HbaFinding> problems, List<HbaFinding> warnings) {

  public LoadedHba {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads the files and whatever they include. Blocking; for start and reload.
   *
   * @param hbaFile in the format of pg_hba.conf
   * @param identFile in the format of pg_ident.conf, if there is one
   * @param onFile is told of each file and directory before it is read
   */
  public static LoadedHba load(Path hbaFile, Optional<Path> identFile, Consumer<Path> onFile) {
    AccessFindings findings = new AccessFindings(onFile);
    IdentMaps maps =
        identFile.map(file -> new IdentMaps(identEntries(file, findings))).orElse(IdentMaps.NONE);
    boolean mapsAreKnown = findings.problems().isEmpty();
    int problemsBefore = findings.problems().size();
    HbaLineParser parser = new HbaLineParser(findings, map -> !mapsAreKnown || maps.contains(map));
    List<HbaRule> rules = new ArrayList<>();
    for (AccessLine line : new AccessFileReader(findings).read(hbaFile)) {
      parser.parse(line).ifPresent(rules::add);
    }
    if (rules.isEmpty() && findings.problems().size() == problemsBefore) {
      findings.problem(hbaFile, "has no entries, so nobody could log in; write at least one");
    }
    return new LoadedHba(new HbaRules(rules), maps, findings.problems(), findings.warnings());
  }

  private static List<IdentEntry> identEntries(Path file, AccessFindings findings) {
    IdentLineParser parser = new IdentLineParser(findings);
    List<IdentEntry> entries = new ArrayList<>();
    for (AccessLine line : new AccessFileReader(findings).read(file)) {
      parser.parse(line).ifPresent(entries::add);
    }
    return entries;
  }
}

package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects problems and warnings while files are read. One instance per load, one thread. */
final class Findings {

  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<Path, FileStamp> files = new LinkedHashMap<>();

  /** To be called before a file is read, so that no later change of it goes unseen. */
  void reading(Path file) {
    files.computeIfAbsent(file, FileStamp::of);
  }

  /** The files that were read, and how they were then. */
  Map<Path, FileStamp> files() {
    return files;
  }

  void problem(Path file, int line, String key, String value, String message) {
    ConfigProblem found = new ConfigProblem(file, line, key, value, message);
    if (!problems.contains(found)) { // a value may be looked at more than once
      problems.add(found);
    }
  }

  void problem(Path file, int line, String message) {
    problem(file, line, "", "", message);
  }

  void warning(String sentence) {
    warnings.add(sentence);
  }

  void warning(Path file, int line, String sentence) {
    warnings.add(file + ":" + line + ": " + sentence);
  }

  List<String> warnings() {
    return warnings;
  }

  /** Throws when anything was wrong, file by file and line by line. */
  void throwIfAny() throws ConfigException {
    if (!problems.isEmpty()) {
      problems.sort(
          Comparator.comparing(ConfigProblem::file).thenComparingInt(ConfigProblem::line));
      throw new ConfigException(problems, files);
    }
  }
}

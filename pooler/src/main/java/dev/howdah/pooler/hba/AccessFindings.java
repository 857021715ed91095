package dev.howdah.pooler.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects problems and warnings while access files are read. One instance per load. */
final class AccessFindings {

  private final List<HbaFinding> problems = new ArrayList<>();
  private final List<HbaFinding> warnings = new ArrayList<>();
  private final Consumer<Path> onFile;

  AccessFindings(Consumer<Path> onFile) {
    this.onFile = onFile;
  }

  /** To be called before a file or directory is read. */
  void reading(Path file) {
    onFile.accept(file);
  }

  void problem(Path file, String message) {
    problems.add(new HbaFinding(file, 0, "", message));
  }

  void problem(Path file, int line, String text, String message) {
    problems.add(new HbaFinding(file, line, AccessLine.shown(text), message));
  }

  void problem(AccessLine line, String message) {
    problems.add(new HbaFinding(line.file(), line.number(), line.shown(), message));
  }

  void warning(AccessLine line, String message) {
    warnings.add(new HbaFinding(line.file(), line.number(), line.shown(), message));
  }

  List<HbaFinding> problems() {
    return problems;
  }

  List<HbaFinding> warnings() {
    return warnings;
  }
}

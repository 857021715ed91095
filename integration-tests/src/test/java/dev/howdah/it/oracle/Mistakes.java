package dev.howdah.it.oracle;

import dev.howdah.it.fixture.Transcript;
import java.util.List;

/** Lines of access rules that are wrong, or more than the pooler can do. */
final class Mistakes {
  private Mistakes() {}

  /** The lines of one list, without comments. */
  static List<String> lines(String list) {
    return Transcript.resource("/hba/" + list + ".txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(";"))
        .toList();
  }
}

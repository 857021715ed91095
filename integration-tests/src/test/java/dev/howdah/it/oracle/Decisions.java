package dev.howdah.it.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of access rules and decisions that the unit tests go by; it explains its format. */
final class Decisions {
  private static final Path TABLE =
      Path.of("../pooler/src/test/resources/dev/howdah/pooler/hba/decisions.txt");

  /** Files, and what they decide. */
  record Case(String title, Map<String, List<String>> sections) {

    /** The rows of {@code attempts} or {@code maps}, split into columns. */
    List<List<String>> rows(String section) {
      return sections.getOrDefault(section, List.of()).stream()
          .filter(line -> !line.isBlank())
          .map(line -> List.of(line.split(" \\| ", -1)))
          .toList();
    }

    /** Names and texts of the files. */
    Map<String, String> files() {
      Map<String, String> files = new LinkedHashMap<>();
      sections.forEach((name, lines) -> {
        if (!name.equals("attempts") && !name.equals("maps")) {
          files.put(name, String.join("\n", lines) + "\n");
        }
      });
      return files;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  private Decisions() {}

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    List<String> section = new ArrayList<>(); // what stands before the first case belongs to none
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("=== ")) {
        cases.add(new Case(line.substring(4), new LinkedHashMap<>()));
        section = new ArrayList<>();
      } else if (line.startsWith("--- ")) {
        section = new ArrayList<>();
        cases.getLast().sections().put(line.substring(4), section);
      } else {
        section.add(line);
      }
    }
    return cases;
  }
}

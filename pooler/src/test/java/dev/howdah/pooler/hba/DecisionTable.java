package dev.howdah.pooler.hba;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads {@code decisions.txt}, which explains its format itself. */
final class DecisionTable {

  /** A set of files and what is expected of it. */
  record Case(
      String title,
      Map<String, List<String>> files,
      List<List<String>> attempts,
      List<List<String>> maps) {

    /** Writes the files and returns the directory. */
    Path writeTo(Path directory) throws IOException {
      for (var file : files.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      return directory;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  private DecisionTable() {}

  static List<Case> cases() throws IOException {
    String text;
    try (InputStream in =
        Objects.requireNonNull(DecisionTable.class.getResourceAsStream("decisions.txt"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Case> cases = new ArrayList<>();
    List<String> fileLines = null;
    List<List<String>> rows = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("=== ")) {
        cases.add(
            new Case(
                line.substring(4), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>()));
        fileLines = null;
        rows = null;
      } else if (line.startsWith("--- ")) {
        String name = line.substring(4);
        Case current = cases.getLast();
        rows =
            switch (name) {
              case "attempts" -> current.attempts();
              case "maps" -> current.maps();
              default -> null;
            };
        fileLines = new ArrayList<>();
        if (rows == null) {
          current.files().put(name, fileLines);
        }
      } else if (rows != null && !line.isBlank()) {
        rows.add(List.of(line.split(" \\| ", -1)));
      } else if (rows == null && fileLines != null) {
        fileLines.add(line);
      }
    }
    return cases;
  }
}

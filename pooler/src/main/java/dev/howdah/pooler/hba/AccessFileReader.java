package dev.howdah.pooler.hba;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads pg_hba.conf and pg_ident.conf into lines of columns: comments, continuation lines, {@code
 * include}, {@code include_if_exists}, {@code include_dir} and {@code @file}. Names of files are
 * relative to the file that mentions them. Knows nothing of what the columns mean.
 */
final class AccessFileReader {

  private static final int DEPTH_MAX = 10; // PostgreSQL's
  private static final int FILE_BYTES_MAX = 16 << 20;

  private final AccessFindings findings;
  private final List<Path> open = new ArrayList<>();

  AccessFileReader(AccessFindings findings) {
    this.findings = findings;
  }

  /** The lines of a file and of what it includes, without empty ones and without broken ones. */
  List<AccessLine> read(Path file) {
    List<AccessLine> lines = new ArrayList<>();
    try {
      readInto(lines, file, load(file));
    } catch (IOException e) {
      findings.problem(file, "cannot be read: " + inWords(e));
    }
    return lines;
  }

  private String load(Path file) throws IOException {
    findings.reading(file);
    if (Files.isRegularFile(file) && Files.size(file) > FILE_BYTES_MAX) {
      throw new IOException("it is larger than 16 MB");
    }
    return Files.readString(file);
  }

  private void readInto(List<AccessLine> lines, Path file, String content) {
    open.add(file.toAbsolutePath().normalize());
    StringBuilder logical = new StringBuilder();
    int number = 0;
    int first = 1;
    for (String physical : content.split("\n", -1)) {
      number++;
      String stripped = physical.replaceFirst("\r+\\z", "");
      if (stripped.endsWith("\\")) {
        logical.append(stripped, 0, stripped.length() - 1);
        continue;
      }
      logical.append(stripped);
      readLine(lines, file, first, logical.toString());
      logical.setLength(0);
      first = number + 1;
    }
    if (!logical.isEmpty()) {
      readLine(lines, file, first, logical.toString());
    }
    open.removeLast();
  }

  private void readLine(List<AccessLine> lines, Path file, int number, String text) {
    int problemsBefore = findings.problems().size();
    AccessLine raw = new AccessLine(file, number, text, List.of());
    if (text.indexOf('\0') >= 0) {
      findings.problem(file, number, "", "contains a NUL byte; is this a text file?");
      return;
    }
    List<List<Token>> fields = new ArrayList<>();
    try {
      LineScanner scanner = new LineScanner(text);
      for (var field = scanner.nextField(); !field.isEmpty(); field = scanner.nextField()) {
        fields.add(expand(raw, field));
      }
    } catch (IllegalArgumentException e) {
      findings.problem(raw, String.valueOf(e.getMessage()));
    }
    if (fields.isEmpty() || findings.problems().size() > problemsBefore) {
      return;
    }
    AccessLine line = new AccessLine(file, number, text, fields);
    switch (fields.getFirst().getFirst().text()) {
      case "include" -> include(lines, line, true);
      case "include_if_exists" -> include(lines, line, false);
      case "include_dir" -> includeDirectory(lines, line);
      default -> lines.add(line);
    }
  }

  // ---- @file ----

  private List<Token> expand(AccessLine line, List<Token> field) {
    List<Token> items = new ArrayList<>();
    for (Token token : field) {
      if (token.hasPrefix('@') && token.text().length() > 1) {
        items.addAll(names(line, token));
      } else {
        items.add(token);
      }
    }
    return items;
  }

  private List<Token> names(AccessLine line, Token token) {
    List<AccessLine> lines = new ArrayList<>();
    int problemsBefore = findings.problems().size();
    open(lines, line, token.text().substring(1), token.text(), true);
    List<Token> names =
        lines.stream().flatMap(each -> each.fields().stream()).flatMap(List::stream).toList();
    if (names.isEmpty() && findings.problems().size() == problemsBefore) {
      findings.problem(line, token.text() + " lists no name; write at least one into the file");
    }
    return names;
  }

  // ---- include ----

  private void include(List<AccessLine> lines, AccessLine line, boolean mustExist) {
    String name = onlyArgument(line);
    if (!name.isEmpty()) {
      open(lines, line, name, name, mustExist);
    }
  }

  private void includeDirectory(List<AccessLine> lines, AccessLine line) {
    String name = onlyArgument(line);
    if (name.isEmpty()) {
      return;
    }
    try {
      Path directory = line.file().resolveSibling(name);
      findings.reading(directory);
      List<Path> files;
      try (Stream<Path> all = Files.list(directory)) {
        files = all.filter(AccessFileReader::belongsToDirectory).sorted().toList();
      }
      for (Path file : files) {
        open(lines, line, file.toAbsolutePath().toString(), file.toString(), true);
      }
    } catch (IOException | InvalidPathException e) {
      findings.problem(line, name + " cannot be read: " + inWords(e));
    }
  }

  /** PostgreSQL's rule: {@code *.conf}, but nothing hidden and no directory. */
  private static boolean belongsToDirectory(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".conf")
        && name.length() > ".conf".length()
        && name.charAt(0) != '.'
        && !Files.isDirectory(file);
  }

  /** The one thing behind an include word; empty after reporting that it is not one. */
  private String onlyArgument(AccessLine line) {
    String word = line.fields().getFirst().getFirst().text();
    if (line.fields().size() != 2 || line.fields().get(1).size() != 1) {
      findings.problem(line, word + " takes one name; quote it if it contains blanks");
      return "";
    }
    String name = line.fields().get(1).getFirst().text();
    if (name.isEmpty()) {
      findings.problem(line, word + " takes one name, and this one is empty");
    }
    return name;
  }

  private void open(
      List<AccessLine> lines, AccessLine from, String name, String shown, boolean mustExist) {
    try {
      Path file = from.file().resolveSibling(name);
      if (open.contains(file.toAbsolutePath().normalize())) {
        findings.problem(from, shown + " includes itself; remove it");
      } else if (open.size() > DEPTH_MAX) {
        findings.problem(from, shown + " is nested too deep; at most " + DEPTH_MAX);
      } else {
        readInto(lines, file, load(file));
      }
    } catch (NoSuchFileException e) {
      if (mustExist) {
        findings.problem(from, shown + " cannot be read: " + inWords(e));
      }
    } catch (IOException | InvalidPathException e) {
      findings.problem(from, shown + " cannot be read: " + inWords(e));
    }
  }

  private static String inWords(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case NotDirectoryException _ -> "it is no directory";
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      default -> String.valueOf(e.getMessage());
    };
  }
}

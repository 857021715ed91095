package dev.howdah.pooler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads PgBouncer's INI dialect into a flat list of entries; knows nothing about keys.
 *
 * <p>Comments start with {@code ;} or {@code #} at the start of a line only. {@code %include FILE}
 * is relative to the working directory, and the section that is open goes on into the included file
 * and back out of it, both as in PgBouncer. Names with other characters than letters, digits and
 * {@code _.-*} stand in double quotes, a doubled one meaning one; single quotes work as well.
 */
final class IniFile {

  private static final int INCLUDE_DEPTH_MAX = 10;
  private static final int FILE_BYTES_MAX = 16 << 20;
  private static final String INCLUDE = "%include";

  /** A {@code key = value} line; the value is as written, without blanks around it. */
  record Entry(
      Path file, int line, String sectionAsWritten, Section section, String key, String value) {}

  private final Findings findings;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Path> open = new ArrayList<>();
  private final Set<String> sectionsSeen = new TreeSet<>();
  private String sectionAsWritten = "";
  private Optional<Section> section = Optional.empty();

  IniFile(Findings findings) {
    this.findings = findings;
  }

  List<Entry> entries() {
    return entries;
  }

  /** The titles that occurred, as written. */
  Set<String> sectionsSeen() {
    return sectionsSeen;
  }

  void read(Path file) {
    Optional<String> text = load(file);
    if (text.isEmpty()) {
      return;
    }
    open.add(file.toAbsolutePath().normalize());
    int line = 0;
    for (String content : text.get().split("\n", -1)) {
      line++;
      readLine(file, line, content.strip());
    }
    open.removeLast();
  }

  private Optional<String> load(Path file) {
    findings.reading(file);
    try {
      if (Files.isRegularFile(file) && Files.size(file) > FILE_BYTES_MAX) {
        findings.problem(file, 0, "is larger than 16 MB; this is no configuration file");
        return Optional.empty();
      }
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      findings.problem(file, 0, "cannot be read: " + FileTrouble.inWords(e));
      return Optional.empty();
    }
  }

  private void readLine(Path file, int line, String content) {
    if (content.isEmpty() || content.charAt(0) == ';' || content.charAt(0) == '#') {
      return;
    }
    if (content.indexOf('\0') >= 0) {
      findings.problem(file, line, "contains a NUL byte; is this a text file?");
    } else if (content.startsWith(INCLUDE)
        && content.length() > INCLUDE.length()
        && Character.isWhitespace(content.charAt(INCLUDE.length()))) {
      include(file, line, content.substring(INCLUDE.length()).strip());
    } else if (content.charAt(0) == '[') {
      int end = content.indexOf(']');
      if (end < 0) {
        findings.problem(
            file, line, "a section title needs its closing bracket, as in [databases]");
        return;
      }
      openSection(file, line, content.substring(1, end));
      readLine(file, line, content.substring(end + 1).strip());
    } else {
      readEntry(file, line, content);
    }
  }

  private void include(Path file, int line, String name) {
    Path included;
    try {
      included = Values.path(name);
    } catch (IllegalArgumentException e) {
      findings.problem(file, line, INCLUDE, name, String.valueOf(e.getMessage()));
      return;
    }
    if (open.contains(included.toAbsolutePath().normalize())) {
      findings.problem(file, line, INCLUDE, name, "includes itself; remove this line");
    } else if (open.size() > INCLUDE_DEPTH_MAX) {
      findings.problem(
          file, line, INCLUDE, name, "is nested too deep; at most " + INCLUDE_DEPTH_MAX);
    } else {
      read(included);
    }
  }

  private void openSection(Path file, int line, String title) {
    sectionAsWritten = title;
    section = Section.named(title);
    boolean again = !sectionsSeen.add(title);
    if (section.isEmpty()) {
      List<String> known = new ArrayList<>(List.of(Section.MAIN_ALIAS));
      for (Section each : Section.values()) {
        known.add(each.title());
      }
      findings.problem(
          file,
          line,
          "there is no section ["
              + title
              + "]; "
              + Suggestion.nearest(title, known)
                  .map(name -> "did you mean [" + name + "]?")
                  .orElse("there are [databases], [users], [peers] and [pgbouncer]"));
    } else if (again && section.get() == Section.PGBOUNCER) {
      findings.warning(
          file,
          line,
          "["
              + title
              + "] is opened again: what it already holds is kept, where PgBouncer would set it back"
              + " to the defaults");
    }
  }

  private void readEntry(Path file, int line, String content) {
    int equals;
    String key;
    char first = content.charAt(0);
    if (first == '"' || first == '\'') {
      StringBuilder name = new StringBuilder();
      int at = unquote(content, first, name);
      key = name.toString();
      equals = at;
    } else {
      int at = 0;
      while (at < content.length() && isNameCharacter(content.charAt(at))) {
        at++;
      }
      key = content.substring(0, at);
      equals = at;
    }
    while (equals > 0 && equals < content.length() && isBlank(content.charAt(equals))) {
      equals++;
    }
    if (key.isEmpty() || equals >= content.length() || content.charAt(equals) != '=') {
      findings.problem(
          file,
          line,
          "is neither a section, a comment nor key = value;"
              + " names with unusual characters need double quotes");
      return;
    }
    if (sectionAsWritten.isEmpty()) {
      findings.problem(file, line, key, ConfigProblem.MASKED, "stands before the first [section]");
      return;
    }
    String value = content.substring(equals + 1).strip();
    section.ifPresent(
        into -> entries.add(new Entry(file, line, sectionAsWritten, into, key, value)));
  }

  /** Appends the quoted name; returns the index behind the closing quote, or the end if none. */
  private static int unquote(String content, char quote, StringBuilder into) {
    int at = 1;
    while (at < content.length()) {
      char next = content.charAt(at);
      if (next == quote) {
        if (quote == '"' && at + 1 < content.length() && content.charAt(at + 1) == quote) {
          at++;
        } else {
          return at + 1;
        }
      }
      into.append(next);
      at++;
    }
    return at;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_.-*".indexOf(c) >= 0;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}

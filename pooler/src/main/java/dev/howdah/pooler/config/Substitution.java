package dev.howdah.pooler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${NAME}} by an environment variable and {@code ${file:/path}} by the content of a
 * file without its last line break, so that secrets need not stand in the configuration. A doubled
 * dollar sign in front of the brace stands for one and replaces nothing.
 */
final class Substitution {

  private static final String FILE_PREFIX = "file:";
  private static final int SECRET_FILE_BYTES_MAX = 1 << 16;

  private final Function<String, @Nullable String> environment;
  private final Findings findings;

  /**
   * @param findings is told which files are read
   */
  Substitution(Function<String, @Nullable String> environment, Findings findings) {
    this.environment = environment;
    this.findings = findings;
  }

  /**
   * @throws IllegalArgumentException naming the variable or file that is missing
   */
  String expand(String value) {
    int start = value.indexOf("${");
    if (start < 0) {
      return value;
    }
    StringBuilder expanded = new StringBuilder();
    int from = 0;
    while (start >= 0) {
      if (start > from && value.charAt(start - 1) == '$') {
        expanded.append(value, from, start).append('{');
        from = start + 2;
      } else {
        int end = value.indexOf('}', start);
        if (end < 0) {
          throw new IllegalArgumentException("lacks the } after ${; a literal ${ is written $${");
        }
        expanded.append(value, from, start).append(lookUp(value.substring(start + 2, end)));
        from = end + 1;
      }
      start = value.indexOf("${", from);
    }
    return expanded.append(value, from, value.length()).toString();
  }

  private String lookUp(String name) {
    if (name.startsWith(FILE_PREFIX)) {
      return content(name.substring(FILE_PREFIX.length()));
    }
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "holds ${...} that is neither ${NAME} nor ${file:/path}; a literal ${ is written $${");
    }
    String value = environment.apply(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "needs the environment variable " + name + ", which is not set");
    }
    return checked(value, "environment variable " + name);
  }

  private String content(String name) {
    Path file = Values.path(name);
    findings.reading(file);
    try {
      if (Files.isRegularFile(file) && Files.size(file) > SECRET_FILE_BYTES_MAX) {
        throw new IllegalArgumentException("needs file " + name + ", which is larger than 64 kB");
      }
      String text = Files.readString(file);
      if (text.endsWith("\n")) {
        text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
      }
      return checked(text, "file " + name);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "needs file " + name + ", which cannot be read: " + FileTrouble.inWords(e), e);
    }
  }

  private static String checked(String value, String source) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("needs " + source + ", which holds a NUL byte");
    }
    return value;
  }
}

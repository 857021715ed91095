package dev.howdah.pooler.config;

import java.nio.file.Path;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param file the file it stands in
 * @param line the line, from 1; 0 when the file as a whole is meant
 * @param key the key as the user wrote it; empty when no key is involved
 * @param value the value as the user wrote it, masked when it may be a secret
 * @param message what is wrong, and what would be right
 */
public record ConfigProblem(Path file, int line, String key, String value, String message) {

  /** What stands in place of a secret. */
  static final String MASKED = "***";

  /** One line: {@code file:line: key = value: message}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(" = ").append(value).append(": ");
    }
    return text.append(message).toString();
  }
}

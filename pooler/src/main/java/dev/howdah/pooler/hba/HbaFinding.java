package dev.howdah.pooler.hba;

import java.nio.file.Path;

/**
 * Something to say about an access file.
 *
 * @param file the file it stands in
 * @param line the line, from 1; 0 when the file as a whole is meant
 * @param text the line as the user wrote it, without options; empty when no line is meant
 * @param message what is wrong, and what would be right
 */
public record HbaFinding(Path file, int line, String text, String message) {

  /** The message behind the line it is about. */
  public String sentence() {
    return text.isEmpty() ? message : text + ": " + message;
  }
}

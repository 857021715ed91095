package dev.howdah.it.reload;

import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Edits files of a running pooler as an operator's tools do: written aside, then renamed. */
final class Change {

  private Change() {}

  /** Replaces a file as a whole. */
  static void write(Path file, String text) {
    try {
      Path aside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces something in the configuration file. */
  static void inIni(TestPooler pooler, String old, String replacement) {
    try {
      String text = Files.readString(pooler.ini());
      if (!text.contains(old)) {
        throw new AssertionError("not in the file: " + old);
      }
      write(pooler.ini(), text.replace(old, replacement));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds lines to the configuration file, whose last section is {@code [pgbouncer]}. */
  static void append(TestPooler pooler, String lines) {
    try {
      write(pooler.ini(), Files.readString(pooler.ini()) + lines + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

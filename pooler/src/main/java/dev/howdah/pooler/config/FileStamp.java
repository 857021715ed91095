package dev.howdah.pooler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from the next without reading it. Symbolic links are followed, so
 * that a link turned to another file shows in {@code identity}.
 *
 * @param identity device and inode; null when there is no such file
 * @param sizeBytes 0 when there is no such file
 */
public record FileStamp(@Nullable Object identity, FileTime modified, long sizeBytes) {
  private static final FileStamp ABSENT = new FileStamp(null, FileTime.fromMillis(0), 0);

  /** The state of a file now. Blocking. */
  public static FileStamp of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(now.fileKey(), now.lastModifiedTime(), now.size());
    } catch (IOException _) {
      return ABSENT; // or out of reach, which is the same to whoever wants to read it
    }
  }
}

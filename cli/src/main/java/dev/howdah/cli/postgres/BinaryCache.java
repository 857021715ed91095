package dev.howdah.cli.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unpacked PostgreSQL programs, one folder per version, shared by every run of this user.
 *
 * <p>A copy is unpacked beside its place and then renamed, so that a half-written one is never seen
 * and two processes may do it at once: the slower one throws its copy away.
 */
final class BinaryCache {

  private static final Path CACHE_OF_ROOT = Path.of("/var/cache");

  private final Path folder;

  BinaryCache(Path folder) {
    this.folder = folder;
  }

  /**
   * {@code $XDG_CACHE_HOME/howdah}, or {@code ~/.cache/howdah}. Root's servers run as another user,
   * who cannot look into root's home, so root's copy lives under {@code /var/cache} unless {@code
   * XDG_CACHE_HOME} names a place that is open to everybody.
   */
  static BinaryCache ofThisUser() {
    String configured = System.getenv("XDG_CACHE_HOME");
    boolean hasConfigured = configured != null && configured.startsWith("/");
    Path cache =
        hasConfigured
            ? Path.of(configured)
            : Path.of(System.getProperty("user.home", "/nonexistent"), ".cache");
    if (ServerUser.weAreRoot() && !isOpenToEverybody(cache)) {
      cache = CACHE_OF_ROOT;
    }
    return new BinaryCache(cache.resolve("howdah"));
  }

  /** The unpacked copy of {@code archive}, made now if this is its first use. */
  Path unpacked(Archive archive) {
    Path copy = folder.resolve("postgres-" + archive.version());
    if (Files.isDirectory(copy)) {
      return copy;
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      Path draft = Files.createTempDirectory(folder, copy.getFileName() + ".tmp-");
      try {
        archive.unpackInto(draft);
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
        rename(draft, copy);
      } finally {
        Folders.deleteTree(draft);
      }
      return copy;
    } catch (IOException e) {
      throw new PostgresException(
          "cannot unpack PostgreSQL into "
              + copy
              + " ("
              + e
              + "); set XDG_CACHE_HOME to a folder you may write to",
          e);
    }
  }

  private static void rename(Path draft, Path copy) throws IOException {
    try {
      Files.move(draft, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(copy)) {
        throw e;
      }
      // Another process was faster; its copy is as good as ours.
    }
  }

  /** Whether other users may enter {@code path}, as far as it exists. */
  static boolean isOpenToEverybody(Path path) {
    for (Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
      try {
        if (Files.exists(at)
            && !Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}

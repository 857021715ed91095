package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.PoolerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigValuesTest {
  private PoolerConfig config;

  @BeforeEach
  void load(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("howdah.ini"), "[pgbouncer]\n");
    config = ConfigLoader.load(file, _ -> null).config();
  }

  @Test
  void every_key_that_was_not_set_shows_its_default() {
    for (List<@Nullable Object> row : ConfigValues.table(config).rows()) {
      if (!Objects.equals(row.get(0), "io")) {
        assertThat(row.get(1)).as(String.valueOf(row.get(0))).isEqualTo(row.get(2));
      }
    }
  }

  @Test
  void changeable_is_what_a_reload_may_change() {
    assertThat(changeable("pool_mode")).isEqualTo("yes");
    assertThat(changeable("client_tls_cert_file")).isEqualTo("yes");
    assertThat(changeable("listen_port")).isEqualTo("no");
    assertThat(changeable("auth_ldap_options")).isEqualTo("no");
  }

  private @Nullable Object changeable(String key) {
    return ConfigValues.table(config).rows().stream()
        .filter(row -> Objects.equals(row.getFirst(), key))
        .findFirst()
        .orElseThrow()
        .get(3);
  }
}

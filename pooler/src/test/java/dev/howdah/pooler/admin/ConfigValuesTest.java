package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.wire.error.PoolerException;
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
    for (List<@Nullable Object> row : ConfigValues.table(config, config.log()).rows()) {
      if (!Objects.equals(row.get(0), "io")) {
        assertThat(row.get(1)).as(String.valueOf(row.get(0))).isEqualTo(row.get(2));
      }
    }
  }

  @Test
  void a_switch_of_the_log_is_changed_and_nothing_else() {
    LogConfig changed = ConfigValues.changed(config.log(), "log_disconnections", "off");

    assertThat(changed.disconnections()).isFalse();
    assertThat(changed.connections()).isTrue();
  }

  @Test
  void other_keys_are_refused_by_name() {
    assertThat(refusal("pool_mode", "session").fields().message())
        .contains("\"pool_mode\" cannot be changed");
    assertThat(refusal("polo_mode", "session").fields().message()).contains("no key \"polo_mode\"");
    assertThat(refusal("log_connections", "perhaps").fields().message()).contains("perhaps");
  }

  private PoolerException refusal(String key, String value) {
    return catchThrowableOfType(
        PoolerException.class, () -> ConfigValues.changed(config.log(), key, value));
  }
}

package dev.howdah.pooler.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.server.Settings;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WelcomesTest {
  private static final Settings PARIS = Settings.NONE.with("timezone", "Europe/Paris");

  private final Welcomes welcomes = new Welcomes();

  @Test
  void what_was_learnt_is_told_to_equal_settings() {
    welcomes.learn(PARIS, Map.of("TimeZone", "Europe/Paris"));

    var found =
        Objects.requireNonNull(welcomes.find(Settings.NONE.with("TimeZone", "Europe/Paris")));

    assertThat(found.settings()).isSameAs(PARIS);
    var out = Unpooled.buffer();
    found.report().write(out, "app");
    assertThat(out.toString(UTF_8)).contains("TimeZone\0Europe/Paris\0");
    assertThat(welcomes.find(Settings.NONE)).isNull();
  }

  @Test
  void who_learns_the_same_again_shares_the_first_instance() {
    var first = welcomes.learn(PARIS, Map.of());

    assertThat(welcomes.learn(Settings.NONE.with("timezone", "Europe/Paris"), Map.of()))
        .isSameAs(first);
  }

  @Test
  void other_defaults_of_the_server_make_everything_void() {
    welcomes.onServerLogin(Map.of("server_version", "18.1"));
    welcomes.learn(PARIS, Map.of());

    welcomes.onServerLogin(Map.of("server_version", "18.1"));
    assertThat(welcomes.find(PARIS)).isNotNull();
    welcomes.onServerLogin(Map.of("server_version", "18.2"));

    assertThat(welcomes.find(PARIS)).isNull();
  }

  @Test
  void clients_that_invent_settings_do_not_fill_the_memory() {
    for (int i = 0; i <= 1_000; i++) {
      welcomes.learn(Settings.NONE.with("application_name", "app " + i), Map.of());
    }

    assertThat(welcomes.find(Settings.NONE.with("application_name", "app 0"))).isNull();
    assertThat(welcomes.find(Settings.NONE.with("application_name", "app 1000"))).isNotNull();
  }
}

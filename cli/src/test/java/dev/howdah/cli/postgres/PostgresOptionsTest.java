package dev.howdah.cli.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresOptionsTest {

  @Test
  void a_setting_of_the_caller_wins_over_ours() {
    String file =
        PostgresOptions.defaults()
            .withSetting("max_connections", "7")
            .settingsFile(15432, "/tmp/sockets");

    assertThat(file.lines()).contains("max_connections = '7'", "port = '15432'");
    assertThat(file.lines().filter(line -> line.startsWith("max_connections"))).hasSize(1);
  }

  @Test
  void fsync_is_off_unless_asked_for() {
    assertThat(PostgresOptions.defaults().settingsFile(15432, "/tmp").lines())
        .contains("fsync = 'off'");
    assertThat(PostgresOptions.defaults().withFsync(true).settingsFile(15432, "/tmp").lines())
        .contains("fsync = 'on'");
  }

  @Test
  void quotes_and_backslashes_in_a_value_are_escaped() {
    assertThat(PostgresOptions.quoted("it's a \\")).isEqualTo("'it''s a \\\\'");
  }

  @Test
  void without_rules_everybody_is_trusted_on_loopback_only() {
    assertThat(PostgresOptions.defaults().hbaFile().lines())
        .allMatch(line -> line.startsWith("local ") || line.contains(" 127.0.0.1/32 "))
        .allMatch(line -> line.endsWith(" trust"));
  }

  @Test
  void rules_of_the_caller_replace_trust_but_let_the_superuser_in() {
    String file =
        PostgresOptions.defaults()
            .withSuperuserPassword("secret")
            .withHbaLines(List.of("host all all 127.0.0.1/32 md5"))
            .hbaFile();

    assertThat(file.lines())
        .containsExactly(
            "host all,replication postgres 127.0.0.1/32 scram-sha-256",
            "host all all 127.0.0.1/32 md5");
  }
}

package dev.howdah.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.ConfigProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
  private @TempDir Path folder;

  private Migration migration(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("pgbouncer.ini"), text);
    return new Migration(file, _ -> null).run();
  }

  @Test
  void what_is_supported_stays_as_it_is_with_its_comments() throws Exception {
    Migration migration =
        migration("; ours\n[databases]\nerp = host=db1\n[pgbouncer]\nlisten_addr = *\n");

    assertThat(migration.removed()).isEmpty();
    assertThat(migration.left()).isEmpty();
    assertThat(migration.text())
        .contains("\n; ours\n[databases]\nerp = host=db1\n[pgbouncer]\nlisten_addr = *\n")
        .endsWith("[http]\nlisten = 127.0.0.1:8432\n");
  }

  @Test
  void what_is_not_supported_becomes_a_comment_with_the_reason() throws Exception {
    Migration migration =
        migration("[pgbouncer]\nlisten_addr = *\nresolv_conf = /x\nno_such_key = 1\n");

    assertThat(migration.removed())
        .extracting(ConfigProblem::key)
        .containsExactly("resolv_conf", "no_such_key");
    assertThat(migration.text())
        .contains("; not taken over: is not supported: ")
        .contains("\n;resolv_conf = /x\n", "\n;no_such_key = 1\n");
    Path result = Files.writeString(folder.resolve("howdah.ini"), migration.text());
    assertThat(ConfigLoader.load(result, _ -> null).config().http()).isPresent();
  }

  @Test
  void nothing_that_protects_is_ever_left_out() throws Exception {
    Migration migration =
        migration(
            """
            [pgbouncer]
            listen_addr = *
            auth_type = pam
            client_tls_sslmode = require
            client_tls_protocols = tlsv1.0
            """);

    assertThat(migration.removed()).isEmpty();
    assertThat(migration.left())
        .extracting(ConfigProblem::toString)
        .anyMatch(problem -> problem.contains("pgbouncer.ini:3: auth_type = pam"))
        .anyMatch(problem -> problem.contains("client_tls_protocols = tlsv1.0"));
    assertThat(migration.text())
        .contains("\nauth_type = pam\n", "\nclient_tls_sslmode = require\n");
  }

  @Test
  void a_value_that_is_simply_wrong_is_for_a_person() throws Exception {
    Migration migration = migration("[pgbouncer]\nlisten_addr = *\nlisten_port = many\n");

    assertThat(migration.removed()).isEmpty();
    assertThat(migration.left()).singleElement().asString().contains("listen_port = many");
  }

  @Test
  void differences_are_told_where_they_matter() throws Exception {
    assertThat(migration("[pgbouncer]\nlisten_addr = *\n").differences().keySet())
        .containsExactly("");
    assertThat(
            migration("[pgbouncer]\nlisten_addr = *\npool_mode = session\n; pkt_buf = 1\n")
                .differences()
                .keySet())
        .containsExactly("pool_mode", "");
  }
}

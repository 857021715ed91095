package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code auth_type = hba} and {@code peer} with psql at the door. */
@ExtendWith(PostgresServer.Shared.class)
class HbaTest {

  private final PostgresServer server;
  @TempDir private Path folder;

  HbaTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void the_first_rule_that_matches_decides() throws Exception {
    Target direct = server.createDatabase("hba");
    Path rules = folder.resolve("pg_hba.conf");
    Files.writeString(
        rules,
        """
        host  all  /^reject  127.0.0.1/32  reject
        host  %s   all       127.0.0.1/32  trust
        """
            .formatted(direct.database()));
    try (TestPooler pooler =
        TestPooler.before(direct, "transaction", "auth_type = hba", "auth_hba_file = " + rules)) {
      Target pooled = pooler.target(direct);

      assertThat(ask(pooled)).isEqualTo("42\n");
      assertThat(refusal(new Target(pooled.endpoint(), pooled.database(), "rejected", "")))
          .contains("pg_hba.conf rejects connection for host \"127.0.0.1\", user \"rejected\"");
      assertThat(refusal(new Target(pooled.endpoint(), "other", pooled.user(), "")))
          .contains("no pg_hba.conf entry for host \"127.0.0.1\"")
          .contains("database \"other\", no encryption");
    }
  }

  @Test
  void on_a_unix_domain_socket_the_operating_system_vouches() throws Exception {
    Target direct = server.createDatabase("peer");
    Path rules = folder.resolve("pg_hba.conf");
    Path maps = folder.resolve("pg_ident.conf");
    Files.writeString(rules, "local all all peer map=here\n");
    Files.writeString(
        maps, "here  %s  %s\n".formatted(System.getProperty("user.name"), direct.user()));
    try (TestPooler pooler =
        TestPooler.before(
            direct,
            "transaction",
            "unix_socket_dir = SOCKETS",
            "auth_type = hba",
            "auth_hba_file = " + rules,
            "auth_ident_file = " + maps)) {
      assertThat(ask(pooler.socketTarget(direct))).isEqualTo("42\n");

      Target socket = pooler.socketTarget(direct);
      assertThat(refusal(new Target(socket.endpoint(), socket.database(), "somebody", "")))
          .contains("Peer authentication failed for user \"somebody\"");
      assertThat(refusal(pooler.target(direct))).contains("no pg_hba.conf entry for host");
    }
  }

  private static String ask(Target target) {
    return Program.postgres("psql", "-XAtc", "SELECT 6 * 7")
        .connectedTo(target)
        .run()
        .succeeded()
        .out();
  }

  private static String refusal(Target target) {
    Program.Result result =
        Program.postgres("psql", "-XAtc", "SELECT 6 * 7").connectedTo(target).run();
    assertThat(result.exitCode()).isNotZero();
    return result.err();
  }
}

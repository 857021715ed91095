package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where names are not checked, PgBouncer and we let in and refuse the same clients. */
@ExtendWith(PostgresServer.Shared.class)
class AnyUserTest {
  private final PostgresServer server;

  AnyUserTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void with_any_the_name_a_client_gives_means_nothing() throws Exception {
    Target direct = server.createDatabase("any");
    String entry = TestPooler.entry(direct);
    String ini =
        """
        auth_type = any
        server_tls_sslmode = disable
        admin_users = boss
        [databases]
        %s user=postgres
        unforced = %s
        """
            .formatted(entry, entry.replaceFirst("^.* = ", ""));
    try (PgBouncer theirs = PgBouncer.start(ini);
        TestPooler ours = TestPooler.start(ini, Map.of("postgres", "", "whoever", ""))) {
      List<String> expected = answers(theirs.target(direct));

      assertThat(answers(ours.target(direct))).isEqualTo(expected);
      assertThat(expected).contains("whoever: postgres", "whoever: FATAL:  bouncer config error");
    }
  }

  private static List<String> answers(Target target) {
    List<String> answers = new ArrayList<>();
    for (String user : List.of("postgres", "whoever", "boss")) {
      Target client = target.as(user, "");
      answers.add(user + ": " + psql(client, "SELECT current_user"));
      answers.add(user + ": " + psql(client.in("unforced"), "SELECT current_user"));
      answers.add(user + ": " + psql(client.in("pgbouncer"), "SHOW VERSION").replaceAll(" .*", ""));
      answers.add(user + ": " + psql(client.in("pgbouncer"), "RESUME no_such_database"));
    }
    return answers.stream().map(answer -> answer.replace("Howdah", "PgBouncer")).toList();
  }

  /** What psql prints; of an error the message alone. */
  private static String psql(Target target, String sql) {
    Program.Result result = Program.postgres("psql", "-XAtc", sql).connectedTo(target).run();
    return result
        .output()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^.*failed: (FATAL: .*)$", "$1");
  }

  @Test
  void with_trust_a_user_must_be_listed() throws Exception {
    Target direct = server.createDatabase("trust");
    try (TestPooler pooler = TestPooler.before(direct, "session")) {
      assertThat(Refusals.of(pooler.target(direct))).isEqualTo("in");
      assertThat(Refusals.of(pooler.target(direct).as("whoever", ""))).startsWith("28P01");
    }
  }
}

package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code session_state = strict}: what would keep a server connection is refused, as PostgreSQL
 * refuses what is wrong. The model is PostgreSQL with a wrong statement in its place.
 */
@ExtendWith(PostgresServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictTest {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final String STRICT = "session_state = strict";
  private static final String WRONG = "SELECT missing";
  private static final String REFUSED = "SELECT pg_advisory_lock(1)";

  private final Stage stage;

  StrictTest(PostgresServer server) throws SQLException {
    stage = Stage.on(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_catalog.pg_try_advisory_lock_shared(1, 2)",
        "CREATE TEMP TABLE x (a int)",
        "CREATE TABLE pg_temp.x (a int)",
        "SELECT 1 AS a INTO TEMP x",
        "CREATE TEMP VIEW x AS SELECT 1",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "PREPARE p AS SELECT 1",
        "SELECT setseed(0.5)",
        "SET seed = 0.5",
        "LOAD 'plpgsql'",
        "SET SESSION AUTHORIZATION alice",
        "SELECT 1; SELECT pg_advisory_lock(1); SELECT 2",
      })
  void what_would_keep_the_server_connection_is_refused(String sql) throws Exception {
    List<String> heard = pooled("A: " + sql, "A: SELECT 'goes on'");

    assertThat(heard.get(1))
        .contains("ErrorResponse S=ERROR C=0A000 M=cannot ")
        .contains("in transaction pooling");
    assertThat(heard).contains("    ReadyForQuery I", "    DataRow goes on");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN; CREATE TEMP TABLE x (a int) ON COMMIT DROP; INSERT INTO pg_temp.x VALUES (1); COMMIT",
        "SELECT pg_advisory_xact_lock(1)",
        "SET work_mem = '7MB'",
        "SET ROLE alice",
        "RESET SESSION AUTHORIZATION",
        "DO $$ BEGIN PERFORM 1; END $$",
        "LISTEN news",
        "UNLISTEN *",
        "DEALLOCATE ALL",
        "DISCARD ALL",
        "EXECUTE missing",
        "SELECT pg_advisory_unlock(1)",
        "DECLARE c CURSOR FOR SELECT 1",
        "INSERT INTO t VALUES (99, 'pg_advisory_lock(1)')",
      })
  void what_ends_or_follows_is_allowed(String sql) throws Exception {
    Scenario scenario = scenario("A: " + sql, "A: SELECT 'goes on'");

    List<String> direct = stage.direct(scenario);

    assertThat(stage.pooled(scenario, PATIENCE_MILLIS, STRICT).transcript()).isEqualTo(direct);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A: SELECT 1\nA: ?\nA: SELECT 2",
        "A: BEGIN\nA: ?\nA: SELECT 1\nA: ?\nA: ROLLBACK\nA: SELECT 2",
        "A: BEGIN\nA: SAVEPOINT s\nA: ?\nA: ROLLBACK TO s\nA: SELECT 1\nA: COMMIT",
        "A:\n  Parse: ?\n  Bind\n  Execute\n  Sync\nA: SELECT 1",
        "A:\n  Parse s1: ?\n  Describe statement s1\n  Sync\nA:\n  Bind s1\n  Execute\n  Sync",
        """
        A:
          Parse: SELECT 1
          Bind
          Execute
          Parse s1: ?
          Bind s1
          Execute
          Parse: SELECT 3
          Bind
          Execute
          Sync
          Parse: SELECT 4
          Bind
          Execute
          Sync
        A:
          Bind s1
          Execute
          Sync
        """,
        """
        A: BEGIN
        A:
          Parse s1: SELECT 1
          Parse s2: ?
          Bind s1
          Sync
          Parse s3: SELECT 2
          Sync
        A: ROLLBACK
        A:
          Bind s1
          Execute
          Sync
        """,
        "A:\n  Parse: SELECT 5\n  Sync\nA:\n  Parse: ?\n  Sync\nA:\n  Bind\n  Execute\n  Sync",
      })
  void a_refusal_is_an_error_like_any_other(String shape) throws Exception {
    List<String> direct = stage.direct(scenario(shape.replace("?", WRONG)));

    List<String> pooled = pooled(shape.replace("?", REFUSED));

    assertThat(withoutWords(pooled)).isEqualTo(withoutWords(direct));
    assertThat(pooled).anyMatch(line -> line.contains("C=0A000"));
  }

  @Test
  void behind_an_error_a_refused_text_is_skipped() throws Exception {
    String steps = "A:\n  Parse: SELECT missing\n  Parse s1: ?\n  Sync\nA: SELECT 1";
    List<String> direct = stage.direct(scenario(steps.replace("?", WRONG)));

    List<String> pooled = pooled(steps.replace("?", REFUSED));

    assertThat(withoutWords(pooled)).isEqualTo(withoutWords(direct));
  }

  @Test
  void the_next_client_finds_no_lock() throws Exception {
    List<String> heard =
        pooled(
            "A: " + REFUSED,
            "B: SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()");

    assertThat(heard).contains("    DataRow 0");
  }

  private List<String> pooled(String... steps) throws Exception {
    return stage.pooled(scenario(steps), PATIENCE_MILLIS, STRICT).transcript();
  }

  private static Scenario scenario(String... steps) {
    return Scenario.of("strict", Set.of(), List.of(steps));
  }

  /** The messages, whatever was asked and whatever the errors of interest say. */
  private static List<String> withoutWords(List<String> transcript) {
    return transcript.stream()
        .filter(line -> line.startsWith("    "))
        .map(line -> line.replaceFirst("(ErrorResponse S=ERROR) C=(0A000|42703) .*", "$1"))
        .toList();
  }
}

package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.startup.StartupMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlowLogTest {
  private static final long MILLI = 1_000_000;

  private final ClientIdentity client =
      new ClientIdentity(
          7,
          "app",
          new StartupMessage(StartupMessage.PROTOCOL_3_0, Map.of("user", "app", "database", "erp")),
          null);
  private final List<SlowWork> logged = new ArrayList<>();
  private final SlowLog slow = new SlowLog(client, () -> "worker", 100 * MILLI, logged::add);

  @Test
  void quick_work_is_not_mentioned() {
    slow.onWaited(40 * MILLI);

    slow.onAnswer(1, 59 * MILLI, 1, 59 * MILLI);

    assertThat(logged).isEmpty();
  }

  @Test
  void a_query_is_slow_also_by_waiting() {
    slow.onWaited(70 * MILLI);

    slow.onAnswer(1, 30 * MILLI, 1, 30 * MILLI);

    assertThat(logged)
        .containsExactly(new SlowWork(client, "worker", "query", 1, 70 * MILLI, 30 * MILLI, 0));
  }

  @Test
  void a_transaction_tells_what_the_client_took() {
    slow.onWaited(5 * MILLI);
    slow.onAnswer(1, 10 * MILLI, 0, 10 * MILLI);

    slow.onAnswer(1, 20 * MILLI, 1, 130 * MILLI);

    assertThat(logged)
        .containsExactly(
            new SlowWork(client, "worker", "transaction", 2, 5 * MILLI, 30 * MILLI, 100 * MILLI));
  }

  @Test
  void a_slow_query_within_a_transaction_is_named_by_itself() {
    slow.onAnswer(1, 10 * MILLI, 0, 10 * MILLI);
    slow.onAnswer(1, 150 * MILLI, 0, 170 * MILLI);

    assertThat(logged)
        .containsExactly(new SlowWork(client, "worker", "query", 1, 0, 150 * MILLI, 0));
  }

  @Test
  void a_wait_counts_for_one_transaction_only() {
    slow.onWaited(99 * MILLI);
    slow.onAnswer(1, 0, 1, 0);

    slow.onAnswer(1, 10 * MILLI, 1, 10 * MILLI);

    assertThat(logged).isEmpty();
  }

  @Test
  void the_line_has_times_and_names_but_no_sql() {
    var work = new SlowWork(client, "worker", "query", 1, 1_500_000, 200 * MILLI, 0);
    Map<String, Object> fields = new LinkedHashMap<>();

    work.describe(fields::put);

    assertThat(work)
        .hasToString(
            "C-7: erp/app@unix slow query: duration=201.500 ms waited=1.500 ms server=200.000 ms"
                + " client=0.000 ms queries=1 application_name=worker");
    assertThat(fields)
        .containsEntry("connection", "C-7")
        .containsEntry("database", "erp")
        .containsEntry("user", "app")
        .containsEntry("waited_ms", 1.5)
        .containsEntry("server_ms", 200.0);
  }

  @Test
  void without_a_limit_there_is_no_log() {
    assertThat(SlowLog.of(client, () -> "", -1)).isNull();
    assertThat(SlowLog.of(client, () -> "", 0)).isNotNull();
  }
}

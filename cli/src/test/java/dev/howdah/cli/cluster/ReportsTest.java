package dev.howdah.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.output.OutputOptions.Form;
import dev.howdah.cli.output.Printer;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.topology.OperatorRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden output: scripts and people rely on every character of it. */
class ReportsTest {

  private final ClusterFixture cluster = new ClusterFixture();

  @Test
  void status_is_the_truth_on_one_screen_and_says_what_to_do() throws Exception {
    assertThat(printed(StatusReport.of(view(), "main"), Form.TABLE))
        .isEqualTo(
            """
            cluster             main
            state               serving
            primary             pg2
            epoch               2
            timeline            2
            leader              app1-6432
            automatic failover  on
            synchronous         none
            request             none

            nodes:
            NODE  ROLE         STATE      TL     LAG  TO REPLAY  LSN        ADDRESS         TAGS
            pg1   old primary  fenced      1       -          -  0/5000100  10.0.0.11:5432  priority=100
            pg2   primary      running     2       -          -  0/6200000  10.0.0.12:5432  -
            pg3   standby      streaming   2  1.0 MB        0 B  0/6100000  10.0.0.13:5432  nofailover noloadbalance

            poolers:
            POOLER     ADDRESS         STATE      EPOCH  UNMOVABLE
            app1-6432  127.0.0.1:8432  following      2          1

            pg1 was primary and follows nobody. rejoin_command in [cluster] makes it a standby again; by hand, on its host:
              pg_ctl stop -D DATA -m fast
              pg_rewind --target-pgdata=DATA --write-recovery-conf --source-server='host=10.0.0.12 port=5432 dbname=postgres'
              echo "primary_slot_name = ''" >> DATA/postgresql.auto.conf
              pg_ctl start -D DATA
            """);
  }

  @Test
  void status_as_json_keeps_its_keys() throws Exception {
    JsonNode json = json(StatusReport.of(view(), "main"));

    assertThat(json.propertyNames())
        .containsExactly(
            "cluster",
            "state",
            "primary",
            "epoch",
            "timeline",
            "leader",
            "automatic_failover",
            "synchronous",
            "request",
            "nodes",
            "poolers",
            "notes");
    assertThat(json.get("state").asString()).isEqualTo("SERVING");
    assertThat(json.get("automatic_failover").isBoolean()).isTrue();
    assertThat(json.get("request").isNull()).isTrue();
    assertThat(json.get("nodes").get(2).toString())
        .isEqualTo(
            "{\"node\":\"pg3\",\"role\":\"standby\",\"state\":\"streaming\",\"timeline\":2,"
                + "\"lag_bytes\":1048576,\"replay_lag_bytes\":0,\"lsn\":\"0/6100000\","
                + "\"address\":\"10.0.0.13:5432\",\"tags\":\"nofailover noloadbalance\"}");
    assertThat(json.get("poolers").get(0).propertyNames())
        .containsExactly("pooler", "address", "state", "epoch", "unmovable_sessions");
  }

  @Test
  void a_request_that_is_scheduled_stands_in_the_status() throws Exception {
    OperatorRequest request =
        OperatorRequest.switchover("r2", Optional.of("pg3"), "bob@desk", 1_700_000_000_000L)
            .at(1_700_000_600_000L);
    cluster.put(Keys.REQUEST, request);

    assertThat(printed(StatusReport.of(view(), "main"), Form.TABLE))
        .contains(
            "switchover to pg3, asked for by bob@desk, begins at "
                + Times.local(1_700_000_600_000L));
  }

  @Test
  void a_cluster_that_is_not_described_is_no_mistake() throws Exception {
    try (ClusterLink empty = new ClusterLink(new InMemoryStore(), "main", "etcd")) {
      assertThat(printed(StatusReport.of(empty.view(Duration.ZERO, false), "main"), Form.TABLE))
          .isEqualTo(
              """
              cluster  main
              state    not described yet

              howdah init -c FILE looks at the nodes and describes the cluster.
              """);
    }
  }

  @Test
  void the_history_tells_who_why_and_what_it_cost() throws Exception {
    assertThat(printed(HistoryReport.of(view(), 20), Form.TABLE))
        .isEqualTo(
            """
            EPOCH  ENDED AT (UTC)        OPERATION   FROM  TO   TL  FORK LSN   LOSS   TOOK  BY        REASON
                2  2023-11-14T22:13:20Z  switchover  pg1   pg2   2  0/5000060   0 B  90 ms  ada@desk  switchover asked for by ada@desk
            """);
    assertThat(json(HistoryReport.of(view(), 20)).get(0).propertyNames())
        .containsExactly(
            "epoch",
            "ended_at",
            "operation",
            "from",
            "to",
            "timeline",
            "fork_lsn",
            "estimated_loss_bytes",
            "took_ms",
            "phases",
            "by",
            "reason");
  }

  private ClusterView view() throws Exception {
    return cluster.link().view(Duration.ZERO, true);
  }

  private static JsonNode json(Report report) {
    return JsonMapper.shared().readTree(printed(report, Form.JSON));
  }

  private static String printed(Report report, Form form) {
    StringWriter out = new StringWriter();
    new Printer(new PrintWriter(out), Terminal.NONE, form).print(report);
    return out.toString();
  }
}

package dev.howdah.failover.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Fork;
import dev.howdah.topology.HistoryEntry;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.Registration;
import dev.howdah.topology.ReportedRole;
import dev.howdah.topology.SyncRule;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovablePolicy;
import dev.howdah.topology.UnmovableSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordJsonTest {

  private static final Operation OPERATION =
      new Operation(
          "a/1/7",
          OperationKind.FAILOVER,
          "pg1 is dead",
          "node-a",
          Optional.of("pg1"),
          Optional.empty(),
          Lsn.parse("16/B374D848"),
          Lsn.ZERO);
  private static final Topology TOPOLOGY =
      new Topology(
          new Epoch(7),
          TopologyState.FENCED,
          "pg1",
          3,
          "7300000000000000001",
          List.of(new Fork(2, Lsn.parse("16/B0000000"))),
          SyncRules.settled(SyncRule.any(1, List.of("pg2"))).towards(SyncRule.NONE),
          2_000,
          OPERATION);

  static List<Record> records() {
    return List.of(
        TOPOLOGY,
        new NodeSpec("pg1", new Endpoint("10.0.0.11", 5432), 100, false, true, false),
        new Registration(
            "p1",
            "boot",
            "127.0.0.1:8432",
            12,
            7,
            true,
            false,
            "a/1/8",
            List.of(new UnmovableSession("app@shop", "temporary table", 12_000)),
            List.of(
                new Observation(
                    "pg1",
                    Evidence.SILENT,
                    ReportedRole.STANDBY,
                    Lsn.parse("1/2"),
                    Lsn.parse("1/1"),
                    3,
                    true))),
        OperatorRequest.switchover("r1", Optional.of("pg2"), "ada", 1_700_000_000_000L)
            .draining(3_000, UnmovablePolicy.CLOSE)
            .checked(List.of(PreflightCheck.passed("lag", "0 bytes"))),
        new LeaderRecord("node-a", "boot", 4, 99),
        new HistoryEntry(
            new Epoch(7),
            OPERATION,
            "pg2",
            4,
            Lsn.parse("1/0"),
            17,
            1_700_000_000_000L,
            Map.of("fence", 12L)),
        DynamicConfig.DEFAULTS);
  }

  @ParameterizedTest
  @MethodSource("records")
  void every_record_survives_a_round_trip(Record value) {
    assertThat((Object) RecordJson.read("key", RecordJson.write(value), value.getClass()))
        .isEqualTo(value);
  }

  @Test
  void the_form_is_readable() {
    assertThat(RecordJson.write(TOPOLOGY))
        .startsWith("{\"format\":1,\"epoch\":7,\"state\":\"FENCED\",\"primary\":\"pg1\"")
        .contains(
            "\"forks\":[{\"timeline\":2,\"lsn\":\"16/B0000000\"}]", "\"write_lease_millis\":2000");
  }

  @Test
  void a_topology_of_a_newer_version_is_refused_with_what_to_do() {
    String newer = RecordJson.write(TOPOLOGY).replace("\"format\":1", "\"format\":2");

    assertThatThrownBy(() -> RecordJson.read("topology", newer, Topology.class))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage(
            "topology was written by a newer version of Howdah (format 2, this one knows up to 1): "
                + "upgrade this process before it joins the cluster");
  }

  @Test
  void something_else_is_refused_by_its_key() {
    for (String json : List.of("", "nonsense", "[]", "{}", "{\"format\":1,\"epoch\":0}")) {
      assertThatThrownBy(() -> RecordJson.read("topology", json, Topology.class))
          .as(json)
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageStartingWith("topology in the coordination store is not a record of Howdah");
    }
  }

  @Test
  void a_member_that_this_version_does_not_know_is_not_ignored() {
    String more = RecordJson.write(TOPOLOGY).replace("\"epoch\":7", "\"epoch\":7,\"more\":1");

    assertThatThrownBy(() -> RecordJson.read("topology", more, Topology.class))
        .isInstanceOf(UnreadableRecordException.class);
  }
}

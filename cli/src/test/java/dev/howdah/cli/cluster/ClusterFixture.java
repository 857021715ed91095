package dev.howdah.cli.cluster;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
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
import dev.howdah.topology.Registration;
import dev.howdah.topology.ReportedRole;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovableSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of three nodes in a store of this process, after one switchover. */
public final class ClusterFixture {

  /** The store. */
  public final InMemoryStore store = new InMemoryStore();

  /** Describes it: pg2 took over from pg1, which is fenced; pg3 streams and lags. */
  public ClusterFixture() {
    put(Keys.node("pg1"), new NodeSpec("pg1", at(11), 100, false, false, false));
    put(Keys.node("pg2"), NodeSpec.of("pg2", at(12)));
    put(Keys.node("pg3"), new NodeSpec("pg3", at(13), 0, true, false, true));
    put(Keys.CONFIG, DynamicConfig.DEFAULTS);
    put(Keys.LEADER, new LeaderRecord("app1-6432", "boot", 3, 17));
    put(Keys.TOPOLOGY, topology());
    put(
        Keys.controller("app1-6432", "boot"),
        registration(
            List.of(
                seen("pg1", ReportedRole.FENCED, "0/5000100", 1, false),
                seen("pg2", ReportedRole.PRIMARY, "0/6200000", 2, false),
                seen("pg3", ReportedRole.STANDBY, "0/6100000", 2, true))));
    put(Keys.pooler("app1-6432", "boot"), registration(List.of()));
    put(
        Keys.history(new Epoch(2)),
        new HistoryEntry(
            new Epoch(2),
            operation(),
            "pg2",
            2,
            Lsn.parse("0/5000060"),
            0,
            1_700_000_000_000L,
            Map.of("promote", 90L)));
  }

  private static Endpoint at(int last) {
    return new Endpoint("10.0.0." + last, 5432);
  }

  private static Operation operation() {
    return new Operation(
        "r1",
        OperationKind.SWITCHOVER,
        "switchover asked for by ada@desk",
        "ada@desk",
        Optional.of("pg1"),
        Optional.of("pg2"),
        Lsn.parse("0/5000060"),
        Lsn.parse("0/5000060"));
  }

  /** Where it stands. */
  public static Topology topology() {
    return new Topology(
        new Epoch(2),
        TopologyState.SERVING,
        "pg2",
        2,
        "7300000000000000001",
        List.of(new Fork(1, Lsn.parse("0/5000060"))),
        SyncRules.NONE,
        2_000,
        operation());
  }

  private static Observation seen(
      String node, ReportedRole role, String lsn, int timeline, boolean streaming) {
    return new Observation(
        node, Evidence.HEALTHY, role, Lsn.parse(lsn), Lsn.parse(lsn), timeline, streaming);
  }

  private static Registration registration(List<Observation> observations) {
    return new Registration(
        "app1-6432",
        "boot",
        "127.0.0.1:8432",
        5,
        2,
        false,
        false,
        "",
        List.of(new UnmovableSession("odoo@erp", "temporary table", 12_000)),
        observations);
  }

  /** Writes a record whatever was there. */
  public void put(String key, Record value) {
    long revision = store.read(List.of(key)).revisionOf(key);
    store.write(GuardedWrite.put(key, revision, RecordJson.write(value)));
  }

  /** The way to it. */
  public ClusterLink link() {
    return new ClusterLink(store, "main", "etcd http://10.0.0.21:2379");
  }
}

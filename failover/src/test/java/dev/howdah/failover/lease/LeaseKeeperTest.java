package dev.howdah.failover.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.Registration;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovableSession;
import dev.howdah.topology.WriteLease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest implements LeaseKeeper.Effects {

  private static final Operation OPERATION =
      new Operation(
          "op",
          OperationKind.INITIALIZE,
          "",
          "",
          Optional.empty(),
          Optional.empty(),
          Lsn.ZERO,
          Lsn.ZERO);
  private static final Topology SERVING =
      new Topology(
          Epoch.FIRST,
          TopologyState.SERVING,
          "pg1",
          1,
          "73",
          List.of(),
          SyncRules.NONE,
          2_000,
          OPERATION);
  private static final String OWN_KEY = Keys.pooler("p1", "boot");

  private final InMemoryStore store = new InMemoryStore();
  private final Deque<List<String>> reads = new ArrayDeque<>();
  private final Deque<GuardedWrite> writes = new ArrayDeque<>();
  private final Deque<ClusterMap> maps = new ArrayDeque<>();
  private final LeaseKeeper keeper =
      new LeaseKeeper(new ProcessIdentity("p1", "boot", ""), new RecordCache(), this);
  private long now;

  @BeforeEach
  void a_topology() {
    put(SERVING);
  }

  @Test
  void there_is_no_lease_before_the_registration_has_been_read_back() {
    keeper.tick(now);
    answerRead();
    assertThat(keeper.lease()).isEqualTo(WriteLease.NONE);

    register();

    assertThat(keeper.lease().epoch()).isEqualTo(1);
  }

  @Test
  void the_lease_counts_from_before_the_read_was_sent() {
    lease();
    after(500);
    long sentAt = now;

    after(200); // the answer takes its time
    answerRead();

    assertThat(keeper.lease().deadlineNanos()).isEqualTo(sentAt + millis(1_900));
  }

  @Test
  void a_fenced_epoch_ends_the_lease_at_once_and_is_acknowledged_after_the_cut() {
    lease();
    put(SERVING.fenced(OPERATION));
    keeper.hint(now);
    answerRead();

    assertThat(keeper.lease()).isEqualTo(WriteLease.NONE);
    assertThat(maps.getLast().topology().state()).isEqualTo(TopologyState.FENCED);
    assertThat(writes).isEmpty();

    keeper.followed(maps.getLast(), now);
    answerWrite();

    assertThat(registration().acknowledgedEpoch()).isEqualTo(2);
  }

  @Test
  void a_pause_keeps_the_lease_and_is_acknowledged_by_its_operation_when_all_is_drained() {
    lease();
    put(SERVING.pausing(OPERATION));
    keeper.hint(now);
    answerRead();

    assertThat(keeper.lease().permits(1, now)).isTrue();
    assertThat(registration().drained()).isEmpty();

    keeper.followed(maps.getLast(), now);
    answerWrite();

    assertThat(registration().hasDrained(OPERATION)).isTrue();
  }

  @Test
  void sessions_that_cannot_be_moved_are_made_known_at_once() {
    lease();
    UnmovableSession session = new UnmovableSession("app@shop", "temporary table", 3_000);

    keeper.unmovable(List.of(session), now);
    answerWrite();

    assertThat(registration().unmovable()).containsExactly(session);
  }

  @Test
  void an_answer_older_than_what_is_known_changes_nothing() {
    lease();
    Snapshot old = store.read(reads.isEmpty() ? selectors() : reads.getLast());
    put(SERVING.fenced(OPERATION));
    keeper.hint(now);
    answerRead();
    keeper.hint(now);

    keeper.readDone(old, now);

    assertThat(keeper.lease()).isEqualTo(WriteLease.NONE);
  }

  @Test
  void a_retired_registration_earns_no_lease_until_it_is_renewed() {
    lease();
    long until = keeper.lease().deadlineNanos();
    write(OWN_KEY, RecordJson.write(registration().retire()));
    after(500);
    answerRead();

    assertThat(keeper.lease().deadlineNanos()).isEqualTo(until);

    answerWrite();
    assertThat(registration().retired()).isFalse();
  }

  @Test
  void a_write_of_unknown_outcome_is_read_before_it_is_repeated() {
    keeper.tick(now);
    answerRead();
    keeper.written(new WriteResult.Unknown("no answer"), now);
    assertThat(writes.remove()).isNotNull();
    assertThat(writes).isEmpty();

    after(100);
    answerRead();

    assertThat(writes).hasSize(1);
  }

  @Test
  void without_answers_the_lease_runs_out_by_itself() {
    lease();
    WriteLease last = keeper.lease();
    after(500);
    keeper.readFailed(now);

    after(1_399);
    assertThat(keeper.lease()).isEqualTo(last);
    assertThat(last.permits(1, now)).isTrue();
    after(1);
    assertThat(last.permits(1, now)).isFalse();
  }

  private void lease() {
    keeper.tick(now);
    answerRead();
    register();
    assertThat(keeper.lease().permits(1, now)).isTrue();
  }

  private void register() {
    answerWrite();
    keeper.hint(now);
    answerRead();
  }

  private void answerRead() {
    keeper.readDone(store.read(reads.remove()), now);
  }

  private void answerWrite() {
    keeper.written(store.write(writes.remove()), now);
  }

  private void after(long millis) {
    now += millis(millis);
    keeper.tick(now);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static List<String> selectors() {
    return List.of(Keys.TOPOLOGY, Keys.NODES, OWN_KEY);
  }

  private Registration registration() {
    String json = store.read(List.of(OWN_KEY)).get(OWN_KEY).orElseThrow().value();
    return RecordJson.read(OWN_KEY, json, Registration.class);
  }

  private void put(Topology topology) {
    write(Keys.TOPOLOGY, RecordJson.write(topology));
  }

  private void write(String key, String value) {
    store.write(GuardedWrite.put(key, store.read(List.of(key)).revisionOf(key), value));
  }

  @Override
  public void read(List<String> selectors) {
    reads.add(selectors);
  }

  @Override
  public void write(GuardedWrite write) {
    writes.add(write);
  }

  @Override
  public void follow(ClusterMap map) {
    maps.add(map);
  }
}

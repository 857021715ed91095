package dev.howdah.failover.lease;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.Versioned;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovableSession;
import dev.howdah.topology.WriteLease;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pooler's write lease: reads the topology over and over, registers, follows what is new,
 * and acknowledges.
 *
 * <p>Why a lease that was read is good for a while: the read is linearizable, so the epoch it shows
 * was in force at some moment after the read was <em>sent</em>. A controller that fences that epoch
 * commits after that moment, and then waits for D and a tenth more before it promotes. The lease
 * ends D less a margin after the sending. Three conditions make the wait unnecessary where a pooler
 * answers:
 *
 * <ol>
 *   <li>The read covers the pooler's own registration at the same revision, and without it there is
 *       no lease. So a controller that lists the registrations after it fenced knows of everybody
 *       who holds one.
 *   <li>What is acknowledged was cut off before.
 *   <li>A registration belongs to one start of one process, so nobody acknowledges for another.
 * </ol>
 *
 * <p>A step machine. One thread calls it; {@link #lease} may be read by all.
 */
public final class LeaseKeeper {

  /** What the keeper wants done. Each is begun at once and answered by a later call, not within. */
  public interface Effects {

    /** To be answered by {@link #readDone} or {@link #readFailed}. */
    void read(List<String> selectors);

    /** To be answered by {@link #written}. */
    void write(GuardedWrite write);

    /** To be answered by {@link #followed} with {@code map}. */
    void follow(ClusterMap map);
  }

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long FIRST_READS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Effects effects;
  private final OwnRegistration own;
  private final RecordCache records;
  private final List<String> selectors;
  private volatile WriteLease lease = WriteLease.NONE;
  private @Nullable ClusterMap followed;
  private long topologyRevision;
  private boolean reading;
  private boolean hinted = true;
  private boolean failed;
  private long readSentAtNanos;
  private long intervalNanos = FIRST_READS_NANOS;

  /** Nothing happens before the first {@link #tick}. */
  public LeaseKeeper(ProcessIdentity identity, RecordCache records, Effects effects) {
    String key = Keys.pooler(identity.id(), identity.bootId());
    this.own = new OwnRegistration(identity, key);
    this.records = records;
    this.effects = effects;
    this.selectors = List.of(Keys.TOPOLOGY, Keys.NODES, key);
  }

  /** The newest lease. Any thread. */
  public WriteLease lease() {
    return lease;
  }

  /** Time has passed; to be called every few milliseconds. */
  public void tick(long nowNanos) {
    long sinceNanos = nowNanos - readSentAtNanos;
    boolean due =
        hinted
            || ((own.needsRead() || failed) && sinceNanos >= RETRY_NANOS)
            || sinceNanos >= intervalNanos;
    if (!reading && due) {
      reading = true;
      hinted = false;
      failed = false;
      // Taken before the request leaves: all the lease's arithmetic starts here.
      readSentAtNanos = nowNanos;
      effects.read(selectors);
    }
    own.due(nowNanos).ifPresent(effects::write);
  }

  /** The topology may have changed. */
  public void hint(long nowNanos) {
    hinted = true;
    tick(nowNanos);
  }

  /** What this process sees of the nodes, for its registration. */
  public void observe(List<Observation> observations, long nowNanos) {
    own.observe(observations);
    tick(nowNanos);
  }

  /** The read was answered. */
  public void readDone(Snapshot snapshot, long nowNanos) {
    reading = false;
    own.seen(snapshot);
    @Nullable Versioned entry = snapshot.get(Keys.TOPOLOGY).orElse(null);
    // An answer older than what is known already says nothing about now.
    if (entry != null && entry.revision() >= topologyRevision) {
      Topology topology = records.read(Keys.TOPOLOGY, entry, Topology.class);
      topologyRevision = entry.revision();
      intervalNanos = TimeUnit.MILLISECONDS.toNanos(topology.writeLeaseMillis()) / 4;
      follow(new ClusterMap(topology, nodes(snapshot)));
      renew(topology);
    }
    tick(nowNanos);
  }

  private List<NodeSpec> nodes(Snapshot snapshot) {
    return snapshot.under(Keys.NODES).entrySet().stream()
        .map(entry -> records.read(entry.getKey(), entry.getValue(), NodeSpec.class))
        .toList();
  }

  private void follow(ClusterMap map) {
    if (map.equals(followed)) {
      return;
    }
    followed = map;
    Topology topology = map.topology();
    if (!topology.state().permitsWrites() || lease.epoch() != topology.epoch().value()) {
      lease = WriteLease.NONE;
    }
    effects.follow(map);
  }

  private void renew(Topology topology) {
    if (!own.isValid() || !topology.state().permitsWrites()) {
      return;
    }
    long epoch = topology.epoch().value();
    long deadline = deadline(readSentAtNanos, topology.writeLeaseMillis());
    if (lease.epoch() != epoch || deadline - lease.deadlineNanos() > 0) {
      lease = new WriteLease(epoch, deadline);
    }
  }

  /**
   * When a lease ends whose topology was read by a request sent at {@code sentAtNanos}: after D
   * less a twentieth. With the tenth that controllers wait longer, clocks may run apart by one part
   * in seven.
   */
  public static long deadline(long sentAtNanos, long writeLeaseMillis) {
    long duration = TimeUnit.MILLISECONDS.toNanos(writeLeaseMillis);
    return sentAtNanos + duration - duration / 20;
  }

  /** How long a controller waits after it saw the fencing, when poolers do not acknowledge it. */
  public static long waitOutNanos(long writeLeaseMillis) {
    long duration = TimeUnit.MILLISECONDS.toNanos(writeLeaseMillis);
    return duration + duration / 10;
  }

  /** No answer came to the read. The lease runs on until its deadline. */
  public void readFailed(long nowNanos) {
    reading = false;
    failed = true;
    tick(nowNanos);
  }

  /** The write of the registration has a result. */
  public void written(WriteResult result, long nowNanos) {
    own.written(result);
    tick(nowNanos);
  }

  /**
   * Nothing of an epoch before that of {@code map} passes this process any more; and if it pauses,
   * no transaction runs on the primary any more.
   */
  public void followed(ClusterMap map, long nowNanos) {
    Topology topology = map.topology();
    own.acknowledge(topology.epoch().value());
    if (topology.state() == TopologyState.PAUSING) {
      own.drained(topology.operation().id());
    }
    tick(nowNanos);
  }

  /** Clients whose sessions cannot be taken to another node, for the registration. */
  public void unmovable(List<UnmovableSession> sessions, long nowNanos) {
    own.unmovable(sessions);
    tick(nowNanos);
  }
}

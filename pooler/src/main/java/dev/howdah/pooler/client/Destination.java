package dev.howdah.pooler.client;

import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.ReadYourWrites;
import dev.howdah.pooler.config.ReplicaFallback;
import dev.howdah.pooler.config.RoutingConfig;
import dev.howdah.pooler.config.Target;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.ReplicaChoice;
import dev.howdah.pooler.routing.TopologyView;
import dev.howdah.pooler.routing.WriteStamp;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.session.FirstRequest;
import dev.howdah.pooler.session.HeldBegin;
import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.pooler.sql.TransactionModes.IsolationLevel;
import dev.howdah.topology.Lsn;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where each transaction of one session runs: on the primary, or on a replica that has replayed all
 * that the session has to see. Event loop of the client only.
 *
 * <p><b>Never stale.</b> Everything that is not known to be READ ONLY may have committed something
 * whenever the primary says a word. So each time bytes of the primary are about to be relayed, the
 * number of the next sample of its position is noted, for the session and for its database. A read
 * waits for that sample, which was taken after the commit, and for a replica that has replayed it;
 * if that takes too long, the primary serves it. Whoever writes pays nothing but the note.
 */
final class Destination {
  private static final Set<String> ON = Set.of("on", "true", "yes", "1", "t", "y");

  private final ClientSession session;
  private final PoolShard home;
  private final ClientHouse house;
  private final NodeTopology topology;
  private final WriteStamp databaseWrites;
  private final Target target;
  private long sessionWrites; // the sample that shows them
  private Target last = Target.PRIMARY; // what the transaction that runs asked for
  private boolean reads; // the transaction that runs cannot write
  private int errand; // a new number for each transaction that is sent somewhere

  Destination(
      ClientSession session,
      PoolShard home,
      ClientHouse house,
      NodeTopology topology,
      Target target) {
    this.session = session;
    this.home = home;
    this.house = house;
    this.topology = topology;
    this.databaseWrites = house.pools().writes(home.pool().database());
    this.target = target;
  }

  // ---- writes ----

  /** The server's words are about to be relayed; something may have been committed before them. */
  void onWords() {
    if (!reads) {
      long sample = topology.nextSample();
      sessionWrites = sample;
      databaseWrites.note(sample);
    }
  }

  /** A transaction is over; what comes next on the same server connection may write. */
  void onTransactionEnd(PoolShard at) {
    reads = at != home;
  }

  private long sampleToSee(ReadYourWrites scope) {
    return switch (scope) {
      case OFF -> 0;
      case SESSION -> sessionWrites;
      case DATABASE -> databaseWrites.sample();
      case GLOBAL -> topology.nextSample();
    };
  }

  // ---- where to ----

  /**
   * Finds the place for a transaction, at once or a little later; the session is then told by
   * {@link ClientSession#goTo}.
   *
   * @param begun what the client has begun, if no server knows of it yet
   * @param first looks at the request; null when texts are not read
   * @param settings of the session
   * @param request the first request
   */
  void choose(
      @Nullable HeldBegin begun, @Nullable FirstRequest first, Settings settings, ByteBuf request) {
    TransactionModes modes = begun != null && begun.isOpen() ? begun.modes() : null;
    Map<String, String> hints =
        modes != null && begun != null && !begun.hints().isEmpty()
            ? begun.hints()
            : first == null ? Map.of() : first.hints(request);
    Target wanted = wanted(modes, hints, settings);
    boolean readOnly = false;
    if (wanted == Target.PREFER_REPLICA && first != null && home.mode() != PoolMode.SESSION) {
      switch (first.judge(request, house.relationVeto())) {
        case MAY_READ_ELSEWHERE -> readOnly = isReadOnly(modes, settings);
        case VETOED -> {
          house.reads().onVeto();
          readOnly = isReadOnly(modes, settings);
          wanted = Target.PRIMARY;
        }
        case NEEDS_PRIMARY -> wanted = Target.PRIMARY;
      }
    }
    run(wanted, readOnly);
  }

  private Target wanted(
      @Nullable TransactionModes modes, Map<String, String> hints, Settings settings) {
    Target wanted = target;
    String hint = hints.get("target");
    if (hint != null) {
      wanted = DestinationFinder.find(hint, wanted);
    } else if (wanted == Target.PRIMARY
        && isReadOnly(modes, settings)
        && house.config().routing().readOnlyTransactions() == Target.REPLICA) {
      wanted = Target.PREFER_REPLICA;
    }
    boolean impossible =
        modes != null
            && (Boolean.FALSE.equals(modes.readOnly())
                || modes.isolation() == IsolationLevel.SERIALIZABLE);
    return impossible && wanted == Target.PREFER_REPLICA ? Target.PRIMARY : wanted;
  }

  private static boolean isReadOnly(@Nullable TransactionModes modes, Settings settings) {
    Boolean declared = modes == null ? null : modes.readOnly();
    if (declared != null) {
      return declared;
    }
    String byDefault = settings.values().get("default_transaction_read_only");
    return byDefault != null && ON.contains(byDefault.toLowerCase(Locale.ROOT));
  }

  /** Another place for a transaction that a replica could not run. */
  void retry() {
    house.reads().onRetry();
    run(last == Target.REPLICA ? Target.REPLICA : Target.PRIMARY, reads);
  }

  /** Whether what a replica refuses may run on the primary instead. */
  boolean mayWrite() {
    return last != Target.REPLICA;
  }

  private void run(Target wanted, boolean readOnly) {
    last = wanted;
    errand++;
    if (wanted == Target.PRIMARY) {
      reads = readOnly;
      session.goTo(home);
      return;
    }
    reads = readOnly;
    RoutingConfig routing = house.config().routing();
    long sample = sampleToSee(routing.readYourWrites());
    PoolShard replica = pick(routing, sample);
    if (replica != null) {
      take(replica);
    } else if (routing.replicaWait().isZero() || !topology.now().hasReplica()) {
      fallBack(routing);
    } else {
      house.reads().onWait();
      int waiting = errand;
      topology.await(
          sample,
          routing.replicaWait().toNanos(),
          home.lane().loop(),
          () -> {
            if (waiting == errand && session.state() == ClientState.WAITING) {
              PoolShard found = pick(routing, sample);
              if (found != null) {
                take(found);
              } else {
                fallBack(routing);
              }
            }
          });
    }
  }

  private @Nullable PoolShard pick(RoutingConfig routing, long sample) {
    Lsn position = topology.positionAt(sample);
    if (position == null) {
      return null;
    }
    return home.nodes()
        .pick(
            topology,
            new ReplicaChoice.Wishes(
                routing.zone(), position, routing.limits().slowStart().toNanos(), -1));
  }

  private void take(PoolShard replica) {
    house.reads().onRouted();
    reads = true;
    session.goTo(replica);
  }

  private void fallBack(RoutingConfig routing) {
    house.reads().onFallback();
    if (routing.replicaFallback() == ReplicaFallback.ERROR) {
      session.refuse(
          ErrorFields.fatal(SqlState.CANNOT_CONNECT_NOW, "no replica can serve this read")
              .withHint("SHOW REPLICAS says why; replica_fallback = primary would read there."));
    } else {
      session.goTo(home);
    }
  }

  /** What was chosen is no longer wanted. */
  void forget() {
    errand++;
  }

  /** A replica could not be reached after all. */
  void onReplicaRefused() {
    errand++;
    fallBack(house.config().routing());
  }

  /** Whether a replica no longer serves reads. */
  boolean isExcluded(PoolShard at) {
    if (at == home) {
      return false;
    }
    TopologyView view = topology.now();
    int node = view.find(at.pool().key().node());
    NodeState state = node < 0 ? null : view.nodes().get(node);
    return state == null || !state.serves();
  }

  /** Whether a replica does not answer. */
  boolean isSilent(PoolShard at) {
    if (at == home) {
      return false;
    }
    TopologyView view = topology.now();
    int node = view.find(at.pool().key().node());
    return node >= 0 && view.nodes().get(node).role() == NodeState.Role.UNKNOWN;
  }
}

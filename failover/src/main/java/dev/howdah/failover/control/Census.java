package dev.howdah.failover.control;

import dev.howdah.failover.decide.Preflight;
import dev.howdah.failover.lease.LeaseKeeper;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Registration;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Who is alive among the registered, by this controller's own clock: whoever's registration has
 * changed lately. One thread.
 */
final class Census {

  private static final long LIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long RETIRE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private record Change(long revision, long atNanos) {}

  private final Map<String, Change> changes = new HashMap<>();

  /** Learns from a new state. */
  void seen(ClusterState state, long nowNanos) {
    changes.keySet().retainAll(state.revisions().keySet());
    state
        .revisions()
        .forEach((key, revision) -> {
          Change known = changes.get(key);
          if (known == null || known.revision() != revision) {
            changes.put(key, new Change(revision, nowNanos));
          }
        });
  }

  private boolean isLive(String key, long nowNanos) {
    Change change = changes.get(key);
    return change != null && nowNanos - change.atNanos() < LIVE_NANOS;
  }

  /** The registered poolers, as a preflight looks at them. */
  List<Preflight.Pooler> poolers(ClusterState state, long nowNanos) {
    return state.poolers().entrySet().stream()
        .map(entry ->
            new Preflight.Pooler(
                entry.getValue().id(),
                isLive(entry.getKey(), nowNanos) && !entry.getValue().retired(),
                entry.getValue().unmovable()))
        .toList();
  }

  /** One registration per process, though a process may stand for two things. */
  private Stream<Registration> live(ClusterState state, String self, long nowNanos) {
    Map<String, Registration> byProcess = new TreeMap<>();
    Stream.concat(state.poolers().entrySet().stream(), state.controllers().entrySet().stream())
        .filter(entry -> isLive(entry.getKey(), nowNanos))
        .map(Map.Entry::getValue)
        .filter(registration -> !registration.retired() && !registration.id().equals(self))
        .forEach(registration -> byProcess.putIfAbsent(registration.id(), registration));
    return byProcess.values().stream();
  }

  /** What every live observer but {@code self} says of {@code node}. */
  List<Evidence> evidence(ClusterState state, String node, String self, long nowNanos) {
    return live(state, self, nowNanos)
        .flatMap(registration -> registration.observations().stream())
        .filter(observation -> observation.node().equals(node))
        .map(Observation::evidence)
        .toList();
  }

  /** The highest position of the primary on its timeline that a live observer has reported. */
  Optional<Lsn> primaryLsn(ClusterState state, String self, long nowNanos) {
    Topology topology = state.topology();
    return live(state, self, nowNanos)
        .flatMap(registration -> registration.observations().stream())
        .filter(observation -> observation.node().equals(topology.primary()))
        .filter(observation -> observation.timeline() == topology.timeline())
        .map(Observation::lsn)
        .filter(lsn -> !lsn.equals(Lsn.ZERO))
        .max(Lsn::compareTo);
  }

  /**
   * Writes that clear away processes that are gone. First a registration is retired, which keeps
   * the process, should it live, from renewing its lease; and only when its last lease has run out
   * for certain, it is deleted. Until then a failover waits for it.
   */
  List<GuardedWrite> clearances(ClusterState state, long nowNanos) {
    List<GuardedWrite> writes = new ArrayList<>();
    Stream.concat(state.poolers().entrySet().stream(), state.controllers().entrySet().stream())
        .forEach(entry -> {
          String key = entry.getKey();
          Change change = changes.get(key);
          if (change == null) {
            return;
          }
          long silentNanos = nowNanos - change.atNanos();
          Registration registration = entry.getValue();
          if (!registration.retired() && silentNanos >= RETIRE_NANOS) {
            String retired = RecordJson.write(registration.retire());
            writes.add(GuardedWrite.put(key, change.revision(), retired));
          } else if (registration.retired()
              && silentNanos
                  >= RETIRE_NANOS + LeaseKeeper.waitOutNanos(state.topology().writeLeaseMillis())) {
            writes.add(GuardedWrite.delete(key, change.revision()));
          }
        });
    return writes;
  }
}

package dev.howdah.failover.lease;

import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.Versioned;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Registration;
import dev.howdah.topology.UnmovableSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The registration of this process: written at once when something others wait for has changed, and
 * every second otherwise, so that silence means something. One write at a time, each guarded by
 * what was seen last. One thread.
 */
public final class OwnRegistration {

  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What stands in the store is not known: it must be read before it can be written. */
  private static final long UNSURE = -1;

  private final ProcessIdentity identity;
  private final String key;
  private long revision = UNSURE;
  private long sequence;
  private long acknowledgedEpoch;
  private String drained = "";
  private List<UnmovableSession> unmovable = List.of();
  private List<Observation> observations = List.of();
  private boolean urgent = true;
  private boolean writing;
  private boolean valid;
  private long writtenAtNanos;

  /** Not registered yet. {@code key} is where. */
  public OwnRegistration(ProcessIdentity identity, String key) {
    this.identity = identity;
    this.key = key;
  }

  /** Where it stands. */
  public String key() {
    return key;
  }

  /** The last epoch acknowledged, 0 before the first. */
  public long acknowledgedEpoch() {
    return acknowledgedEpoch;
  }

  /** Learns from a snapshot that covers {@link #key}; ignored while a write is under way. */
  public void seen(Snapshot snapshot) {
    Optional<Versioned> entry = snapshot.get(key);
    boolean retired =
        entry
            .map(at -> RecordJson.read(key, at.value(), Registration.class).retired())
            .orElse(false);
    valid = entry.isPresent() && !retired;
    if (!writing) {
      revision = snapshot.revisionOf(key);
      urgent |= !valid;
    }
  }

  /**
   * Whether the snapshot seen last has this registration, in force. Only then do the controllers
   * that fence after that snapshot know that they have to wait for this process.
   */
  public boolean isValid() {
    return valid;
  }

  /** Nothing of an earlier epoch passes this process any more; written as soon as possible. */
  public void acknowledge(long epoch) {
    if (epoch > acknowledgedEpoch) {
      acknowledgedEpoch = epoch;
      urgent = true;
    }
  }

  /** No transaction runs any more for the switchover of that id; written as soon as possible. */
  public void drained(String operationId) {
    if (!operationId.equals(drained)) {
      drained = operationId;
      urgent = true;
    }
  }

  /**
   * Sessions that cannot be taken to another node; that one has come or gone is written at once.
   */
  public void unmovable(List<UnmovableSession> sessions) {
    urgent |= sessions.isEmpty() != unmovable.isEmpty();
    unmovable = List.copyOf(sessions);
  }

  /** What this process sees now. A change of evidence is written at once, positions in passing. */
  public void observe(List<Observation> now) {
    urgent |= !evidence(observations).equals(evidence(now));
    observations = List.copyOf(now);
  }

  private static Map<String, Evidence> evidence(List<Observation> observations) {
    return observations.stream()
        .collect(Collectors.toMap(Observation::node, Observation::evidence, (_, last) -> last));
  }

  /** The write that is due, if one is; its result must be given to {@link #written}. */
  public Optional<GuardedWrite> due(long nowNanos) {
    boolean time = urgent || nowNanos - writtenAtNanos >= HEARTBEAT_NANOS;
    if (writing || revision == UNSURE || !time) {
      return Optional.empty();
    }
    writing = true;
    urgent = false;
    writtenAtNanos = nowNanos;
    sequence++;
    Registration value =
        new Registration(
            identity.id(),
            identity.bootId(),
            identity.address(),
            sequence,
            acknowledgedEpoch,
            false,
            false,
            drained,
            unmovable,
            observations);
    return Optional.of(GuardedWrite.put(key, revision, RecordJson.write(value)));
  }

  /** Whether it must be read before it can be written again. */
  public boolean needsRead() {
    return revision == UNSURE;
  }

  /** The result of the write that {@link #due} gave out. */
  public void written(WriteResult result) {
    writing = false;
    if (result instanceof WriteResult.Applied applied) {
      revision = applied.revision();
    } else {
      revision = UNSURE;
      urgent = true;
    }
  }
}

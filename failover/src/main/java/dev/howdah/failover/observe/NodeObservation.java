package dev.howdah.failover.observe;

import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.Observation;
import dev.howdah.topology.ReportedRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one node said about itself, read by one statement.
 *
 * @param endpoint where it was asked
 * @param inRecovery whether it is a standby; a sanity check, never the authority on who is primary
 * @param systemIdentifier the cluster it belongs to, unsigned decimal, the same on every copy
 * @param timeline the history branch it writes or receives
 * @param position on a primary the position written to its WAL, on a standby the one received and
 *     flushed
 * @param replayed on a standby the position visible to readers; on a primary equal to {@code
 *     position}
 * @param replayLag how long ago the last replayed transaction was committed, zero once all that was
 *     received is replayed; compares two wall clocks. Absent on a primary, and on a standby that
 *     has replayed no transaction
 * @param upstream where a standby's WAL receiver is connected; absent without a connection
 * @param readOnly whether transactions are read-only by default
 * @param standbys the standbys connected to this node, empty when none is
 * @param observedAtNanos monotonic time, read before the question was sent
 */
public record NodeObservation(
    Endpoint endpoint,
    boolean inRecovery,
    String systemIdentifier,
    int timeline,
    Lsn position,
    Lsn replayed,
    Optional<Duration> replayLag,
    Optional<Endpoint> upstream,
    boolean readOnly,
    List<ConnectedStandby> standbys,
    long observedAtNanos) {

  public NodeObservation {
    standbys = List.copyOf(standbys);
  }

  /**
   * How many bytes of WAL readers of this node have not seen yet, compared with {@code primary}.
   * The two were asked at different moments, so a busy pair never shows exactly zero.
   */
  public long lagBytesBehind(NodeObservation primary) {
    return replayed.bytesBehind(primary.position);
  }

  /** Whether both are copies of one cluster on the same history branch. */
  public boolean sharesHistoryWith(NodeObservation other) {
    return systemIdentifier.equals(other.systemIdentifier) && timeline == other.timeline;
  }

  /** As others hear of it. */
  public Observation as(String node, Evidence evidence) {
    return new Observation(
        node,
        evidence,
        ReportedRole.of(inRecovery, readOnly),
        position,
        replayed,
        timeline,
        upstream.isPresent());
  }
}

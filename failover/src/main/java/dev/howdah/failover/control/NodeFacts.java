package dev.howdah.failover.control;

import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import java.util.Map;
import java.util.Optional;

/**
 * What a node says of itself.
 *
 * @param inRecovery whether it is a standby
 * @param systemIdentifier of its copy
 * @param timeline that it writes or has received
 * @param position written on a primary, received on a standby
 * @param replayed on a standby the last position visible to readers; {@code position} on a primary
 * @param upstream where a standby's WAL receiver is connected; absent without a connection
 * @param flushedByStandby on a primary, what each standby that streams has on disk, by name
 * @param readOnly whether transactions are read-only by default: the mark of a fenced node
 */
public record NodeFacts(
    boolean inRecovery,
    String systemIdentifier,
    int timeline,
    Lsn position,
    Lsn replayed,
    Optional<Endpoint> upstream,
    Map<String, Lsn> flushedByStandby,
    boolean readOnly) {

  public NodeFacts {
    flushedByStandby = Map.copyOf(flushedByStandby);
  }
}

package dev.howdah.pooler.epoch;

import dev.howdah.topology.TopologySource;

/**
 * Says whether connections to the primary may be used at this moment: the forward gate and the ack
 * gate of {@link dev.howdah.topology.WriteLease}. Safe for all threads; asking costs two volatile
 * reads and a look at the clock.
 */
public final class EpochGate {
  private final TopologySource source;
  private volatile boolean pausing;
  private volatile String systemIdentifier = "";

  /** A gate that goes by the leases of a source. */
  public EpochGate(TopologySource source) {
    this.source = source;
  }

  /** Whether transactions that run may end, but none begins. */
  public boolean isPausing() {
    return pausing;
  }

  /** Begins or ends a pause. */
  public void setPausing(boolean pause) {
    pausing = pause;
  }

  /** Of every node of the cluster; empty while it is not known. */
  public String systemIdentifier() {
    return systemIdentifier;
  }

  /** Notes {@link #systemIdentifier}. */
  public void setSystemIdentifier(String identifier) {
    systemIdentifier = identifier;
  }

  boolean permits(long epoch) {
    return source.lease().permits(epoch, System.nanoTime());
  }
}

package dev.howdah.pooler.routing;

import dev.howdah.topology.Lsn;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Knows which node is what. The configuration may say so, the nodes may be asked, or whoever
 * decides about them may be followed. Safe for all threads.
 */
public interface NodeTopology extends AutoCloseable {

  /** How the nodes stand. Free to ask. */
  TopologyView now();

  /** Begins to watch; {@code onPrimary} is called whenever another node has become the primary. */
  void start(Runnable onPrimary);

  /**
   * A number to be remembered by whoever has just seen something committed: a sample of the
   * primary's position with at least this number was taken after that.
   */
  long nextSample();

  /**
   * The primary's position at a sample.
   *
   * @return of the first one known with at least this number; null when none has been taken yet
   */
  @Nullable Lsn positionAt(long sample);

  /**
   * Waits until some replica has replayed the primary's position at a sample.
   *
   * @param nanos how long at most
   * @param outcome run once on {@code loop}: when one has, when none can, or when the time is over
   */
  void await(long sample, long nanos, EventLoop loop, Runnable outcome);

  /** Stops watching. */
  @Override
  void close();
}

package dev.howdah.topology;

/**
 * Where the pooler learns who is primary and whether it may still believe it. Safe for all threads.
 */
public interface TopologySource {

  /**
   * The newest write lease; {@link WriteLease#NONE} before the first. A volatile read, for the hot
   * path.
   */
  WriteLease lease();

  /**
   * Calls {@code listener} with the map known now, if there is one, and with each newer one. One
   * listener per source.
   *
   * @throws IllegalStateException if there is a listener already
   */
  void follow(TopologyListener listener);
}

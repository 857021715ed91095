package dev.howdah.cli.serve;

import dev.howdah.topology.Endpoint;

/** A pooler that accepts clients. May be asked from any thread. */
public interface RunningPooler extends AutoCloseable {

  /** Where clients connect. */
  Endpoint endpoint();

  /** How it stands now. */
  Snapshot snapshot();

  /**
   * Has {@code action} run, on some thread, when an operator asks the pooler itself for its end; a
   * pooler without a console never does.
   */
  default void onStopWanted(Runnable action) {}

  /**
   * Reads the configuration again, as a whole or not at all, and logs what is wrong with it; a
   * pooler that cannot do that does nothing. Blocking.
   */
  default void reload() {}

  /** Has {@code action} run, on some thread, when a shutdown begins, by whose order ever. */
  default void onStopBegun(Runnable action) {}

  /** Obeys a signal; returns before it is done. A pooler without orders ignores it. */
  default void obey(OperatorSignal signal) {}

  /** Whether everything in it answers; may take some seconds to say no. */
  default boolean isLive() {
    return true;
  }

  /** Stops accepting, lets go of its connections and returns when all is closed. */
  @Override
  void close();

  /**
   * Counts at one moment.
   *
   * @param clients client connections that are logged in
   * @param servers server connections, in use or idle
   * @param waiting clients waiting for a server connection
   */
  record Snapshot(long clients, long servers, long waiting) {}
}

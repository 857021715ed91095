package dev.howdah.cli.serve;

import dev.howdah.topology.Endpoint;

/** A pooler that accepts clients. May be asked from any thread. */
public interface RunningPooler extends AutoCloseable {

  /** Where clients connect. */
  Endpoint endpoint();

  /** How it stands now. */
  Snapshot snapshot();

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

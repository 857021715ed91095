package dev.howdah.pooler.server;

/** The pool's side of a server connection's life. Event loop of the connection only. */
public interface ServerOwner {

  /** The database as clients ask for it, for log lines. Any thread. */
  String database();

  /** The user on the server, for log lines. Any thread. */
  String user();

  /** Whether the server is one of several that can do the same. Any thread. */
  default boolean isOfReplica() {
    return false;
  }

  /** The connection is clean and can serve the next client. */
  void onFree(ServerConnection server);

  /** The connection is gone, for whatever reason; it was counted until now. */
  void onClosed(ServerConnection server);
}

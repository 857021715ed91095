package dev.howdah.pooler.pool;

/**
 * Names a pool.
 *
 * @param database as clients ask for it
 * @param user who we are on the server
 * @param use what its connections are for
 * @param node the replica that its connections go to; empty for where writes go
 */
public record PoolKey(String database, String user, Use use, String node) {

  /** What the connections of a pool are for. */
  public enum Use {
    /** To serve clients. */
    CLIENTS,
    /** To run {@code auth_query}; no client ever gets one. */
    LOOK_UPS
  }

  /** A pool that serves clients. */
  public PoolKey(String database, String user) {
    this(database, user, Use.CLIENTS, "");
  }

  /** A pool that runs {@code auth_query}. */
  public static PoolKey ofLookUps(String database, String user) {
    return new PoolKey(database, user, Use.LOOK_UPS, "");
  }

  /** The pool of the same database and user on a replica. */
  PoolKey on(String replica) {
    return new PoolKey(database, user, use, replica);
  }

  /** The pool where writes go, of the same database and user. */
  PoolKey home() {
    return node.isEmpty() ? this : on("");
  }

  /** The user as people are shown it; differs for pools that are for something else. */
  public String shownUser() {
    String whose = use == Use.CLIENTS ? user : user + " (auth_query)";
    return node.isEmpty() ? whose : whose + " (" + node + ")";
  }

  @Override
  public String toString() {
    return database + "/" + shownUser();
  }
}

package dev.howdah.pooler.pool;

/**
 * Names a pool.
 *
 * @param database as clients ask for it
 * @param user who we are on the server
 * @param use what its connections are for
 */
public record PoolKey(String database, String user, Use use) {

  /** What the connections of a pool are for. */
  public enum Use {
    /** To serve clients. */
    CLIENTS,
    /** To run {@code auth_query}; no client ever gets one. */
    LOOK_UPS
  }

  /** A pool that serves clients. */
  public PoolKey(String database, String user) {
    this(database, user, Use.CLIENTS);
  }

  /** A pool that runs {@code auth_query}. */
  public static PoolKey ofLookUps(String database, String user) {
    return new PoolKey(database, user, Use.LOOK_UPS);
  }

  /** The user as people are shown it; differs for pools that are for something else. */
  public String shownUser() {
    return use == Use.CLIENTS ? user : user + " (auth_query)";
  }

  @Override
  public String toString() {
    return database + "/" + shownUser();
  }
}

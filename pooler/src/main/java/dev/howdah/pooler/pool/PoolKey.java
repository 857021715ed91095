package dev.howdah.pooler.pool;

/**
 * Names a pool.
 *
 * @param database as clients ask for it
 * @param user who we are on the server
 */
public record PoolKey(String database, String user) {

  @Override
  public String toString() {
    return database + "/" + user;
  }
}

package dev.howdah.pooler.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which databases are held back, and which take no new clients, by order of an operator. Says what
 * shall be; {@link Pools#applyHolds} tells the pools. Safe for all threads.
 */
public final class Gates {
  private final Set<String> paused = ConcurrentHashMap.newKeySet();
  private final Set<String> disabled = ConcurrentHashMap.newKeySet();
  private volatile Hold everything = Hold.NONE;

  /** What holds for a database. */
  public Hold holdOf(String database) {
    Hold all = everything;
    return all == Hold.NONE && paused.contains(database) ? Hold.PAUSED : all;
  }

  /** What holds for all databases. */
  public Hold everything() {
    return everything;
  }

  /** Holds all databases back, or with {@link Hold#NONE} only those that were paused by name. */
  public void holdEverything(Hold hold) {
    everything = hold;
  }

  /** Pauses one database; false if it was paused by name already. */
  public boolean pause(String database) {
    return paused.add(database);
  }

  /** Undoes {@link #pause}; false if there is nothing to undo. */
  public boolean resume(String database) {
    return paused.remove(database);
  }

  /** Undoes every {@link #pause}; false if there is nothing to undo. */
  public boolean resumeEach() {
    boolean any = !paused.isEmpty();
    paused.clear();
    return any;
  }

  /** Whether a database was paused by name. */
  public boolean isPaused(String database) {
    return paused.contains(database);
  }

  /** Whether any database was paused by name. */
  public boolean anyPaused() {
    return !paused.isEmpty();
  }

  /** From now on a database takes no new clients. */
  public void disable(String database) {
    disabled.add(database);
  }

  /** Undoes {@link #disable}. */
  public void enable(String database) {
    disabled.remove(database);
  }

  /** Whether a database takes no new clients. */
  public boolean isDisabled(String database) {
    return disabled.contains(database);
  }
}

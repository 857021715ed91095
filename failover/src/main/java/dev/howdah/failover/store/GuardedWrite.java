package dev.howdah.failover.store;

import java.util.List;
import java.util.Optional;

/**
 * Changes that happen together, and only while every guard holds. No key is ever changed unguarded,
 * because a request given up as timed out may still arrive, long after somebody else has written.
 *
 * @param guards conditions, at least one for each key changed
 * @param changes what to write; a key once
 */
public record GuardedWrite(List<Guard> guards, List<Change> changes) {

  /**
   * One key's change.
   *
   * @param key what is changed
   * @param value its new value; absent to delete it
   */
  public record Change(String key, Optional<String> value) {}

  public GuardedWrite {
    guards = List.copyOf(guards);
    changes = List.copyOf(changes);
    for (Change change : changes) {
      if (guards.stream().noneMatch(guard -> guard.key().equals(change.key()))) {
        throw new IllegalArgumentException(change.key() + " would be written without a guard");
      }
    }
  }

  /** Replaces the value that {@code key} had at {@code revision}; 0 to create it. */
  public static GuardedWrite put(String key, long revision, String value) {
    return new GuardedWrite(
        List.of(new Guard(key, revision)), List.of(new Change(key, Optional.of(value))));
  }

  /** Deletes {@code key} as it was at {@code revision}. */
  public static GuardedWrite delete(String key, long revision) {
    return new GuardedWrite(
        List.of(new Guard(key, revision)), List.of(new Change(key, Optional.empty())));
  }
}

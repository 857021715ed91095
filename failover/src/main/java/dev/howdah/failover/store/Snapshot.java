package dev.howdah.failover.store;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a few keys held at one moment. All of them are read at the same revision.
 *
 * @param revision of the store at that moment
 * @param entries by key, sorted; keys that do not exist are not in it
 */
public record Snapshot(long revision, NavigableMap<String, Versioned> entries) {

  public Snapshot {
    entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
  }

  /** The value of {@code key}, if it existed. */
  public Optional<Versioned> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** All entries whose key begins with {@code prefix}. */
  public NavigableMap<String, Versioned> under(String prefix) {
    return entries.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
  }

  /** The revision of {@code key} for a {@link Guard}: 0 when it does not exist. */
  public long revisionOf(String key) {
    Versioned entry = entries.get(key);
    return entry == null ? 0 : entry.revision();
  }
}

package dev.howdah.failover.store;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A store inside one process, for the demo, tests and the simulation. It knows nothing of other
 * processes: two of them with a store each would each find themselves alone.
 */
public final class InMemoryStore implements CoordinationStore {

  private final NavigableMap<String, Versioned> entries = new TreeMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private long revision = 1;

  private record Watcher(String prefix, Runnable changed) {}

  @Override
  public synchronized Snapshot read(List<String> selectors) {
    NavigableMap<String, Versioned> found = new TreeMap<>();
    for (String selector : selectors) {
      if (selector.endsWith("/")) {
        found.putAll(entries.subMap(selector, true, selector + Character.MAX_VALUE, false));
      } else {
        Versioned entry = entries.get(selector);
        if (entry != null) {
          found.put(selector, entry);
        }
      }
    }
    return new Snapshot(revision, found);
  }

  @Override
  public WriteResult write(GuardedWrite write) {
    WriteResult result = apply(write);
    if (result instanceof WriteResult.Applied) {
      for (Watcher watcher : watchers) {
        if (write.changes().stream().anyMatch(at -> at.key().startsWith(watcher.prefix()))) {
          watcher.changed().run();
        }
      }
    }
    return result;
  }

  private synchronized WriteResult apply(GuardedWrite write) {
    for (Guard guard : write.guards()) {
      Versioned entry = entries.get(guard.key());
      if ((entry == null ? 0 : entry.revision()) != guard.revision()) {
        return new WriteResult.Refused();
      }
    }
    revision++;
    for (GuardedWrite.Change change : write.changes()) {
      if (change.value().isPresent()) {
        entries.put(change.key(), new Versioned(change.value().get(), revision));
      } else {
        entries.remove(change.key());
      }
    }
    return new WriteResult.Applied(revision);
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    Watcher watcher = new Watcher(prefix, changed);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  @Override
  public void close() {
    watchers.clear();
  }

  /** All there is, for tests and people. */
  public synchronized Map<String, Versioned> dump() {
    return new TreeMap<>(entries);
  }
}

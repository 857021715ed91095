package dev.howdah.failover.record;

import dev.howdah.failover.store.Versioned;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads records, each revision of a key once, because most of what a controller reads has not
 * changed since it read it last. One thread.
 */
public final class RecordCache {

  private static final int ENTRIES_MAX = 1024;

  private record Cached(long revision, Record value) {}

  private final Map<String, Cached> byKey =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  /**
   * The record in {@code entry}.
   *
   * @throws UnreadableRecordException as {@link RecordJson#read}
   */
  public <T extends Record> T read(String key, Versioned entry, Class<T> type) {
    Cached cached = byKey.get(key);
    if (cached == null || cached.revision() != entry.revision()) {
      cached = new Cached(entry.revision(), RecordJson.read(key, entry.value(), type));
      byKey.put(key, cached);
    }
    return type.cast(cached.value());
  }
}

package dev.howdah.pooler.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers of many sessions when one of them last may have committed something, as the number of
 * the first sample of the primary's position that was taken after it. Safe for all threads. Noting
 * costs two reads of memory that hardly ever changes.
 */
public final class WriteStamp {
  private final AtomicLong sample = new AtomicLong();

  /** Something may have been committed before the sample of this number. */
  public void note(long nextSample) {
    long known = sample.get();
    while (known < nextSample && !sample.compareAndSet(known, nextSample)) {
      known = sample.get();
    }
  }

  /** The sample that whoever is to see everything has to wait for; 0 when nothing was written. */
  public long sample() {
    return sample.get();
  }
}

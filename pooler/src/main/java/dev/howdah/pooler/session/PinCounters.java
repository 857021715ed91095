package dev.howdah.pooler.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often clients came to keep their server connections, by reason. Safe for all threads. */
public final class PinCounters {
  private final Map<PinReason, LongAdder> taken = new EnumMap<>(PinReason.class);

  /** Counters that stand at zero. */
  public PinCounters() {
    for (PinReason reason : PinReason.values()) {
      taken.put(reason, new LongAdder());
    }
  }

  /** A client keeps its connection for a reason for which it did not before. */
  public void onTaken(PinReason reason) {
    LongAdder count = taken.get(reason);
    if (count != null) {
      count.increment();
    }
  }

  /** The counts since start. */
  public Map<PinReason, Long> taken() {
    Map<PinReason, Long> sums = new EnumMap<>(PinReason.class);
    taken.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }
}

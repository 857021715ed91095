package dev.howdah.pooler.client;

import dev.howdah.pooler.peer.Forwarding;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of cancel requests since start. Safe for all threads. */
public final class CancelCounters {
  private static final String UNKNOWN_KEY = "unknown_key";

  private final LongAdder received = new LongAdder();
  private final LongAdder unknownKey = new LongAdder();
  private final Map<Forwarding, LongAdder> forwardings = new EnumMap<>(Forwarding.class);

  CancelCounters() {
    for (Forwarding forwarding : Forwarding.values()) {
      forwardings.put(forwarding, new LongAdder());
    }
  }

  void onReceived() {
    received.increment();
  }

  void onUnknownKey() {
    unknownKey.increment();
  }

  void onForwarding(Forwarding forwarding) {
    adder(forwarding).increment();
  }

  private LongAdder adder(Forwarding forwarding) {
    LongAdder adder = forwardings.get(forwarding);
    if (adder == null) {
      throw new IllegalStateException("not counted: " + forwarding);
    }
    return adder;
  }

  /** Requests that came in, from clients or from peers. */
  public long received() {
    return received.sum();
  }

  /** Requests that a peer has taken and is done with. */
  public long forwarded() {
    return adder(Forwarding.DELIVERED).sum();
  }

  /** Requests that came to nothing, by reason. */
  public Map<String, Long> dropped() {
    Map<String, Long> sums = new TreeMap<>();
    sums.put(UNKNOWN_KEY, unknownKey.sum());
    forwardings.forEach((forwarding, count) -> {
      if (forwarding != Forwarding.DELIVERED) {
        sums.put(forwarding.word(), count.sum());
      }
    });
    return sums;
  }
}

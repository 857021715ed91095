package dev.howdah.cli.demo;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the customers have seen so far. Any thread. */
final class Tally {

  private final AtomicInteger connected = new AtomicInteger();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder inDoubt = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();
  private volatile WaitTimes waits = new WaitTimes();

  void connected(int change) {
    connected.addAndGet(change);
  }

  void waited(long nanos) {
    waits.record(nanos);
  }

  void acknowledged() {
    acknowledged.increment();
  }

  /** A transaction failed; {@code committing} means that nobody knows its outcome. */
  void failed(Exception failure, boolean committing) {
    errors.increment();
    if (committing) {
      inDoubt.increment();
    }
    firstError.compareAndSet(null, String.valueOf(failure.getMessage()));
  }

  int connectedNow() {
    return connected.get();
  }

  long acknowledgedSoFar() {
    return acknowledged.sum();
  }

  long inDoubtSoFar() {
    return inDoubt.sum();
  }

  long errorsSoFar() {
    return errors.sum();
  }

  @Nullable String firstErrorSeen() {
    return firstError.get();
  }

  /** The 99th percentile since the last call. One thread at a time. */
  Duration nextWaitPercentile() {
    WaitTimes past = waits;
    waits = new WaitTimes();
    return past.percentile(0.99);
  }
}

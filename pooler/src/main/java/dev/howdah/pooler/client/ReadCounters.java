package dev.howdah.pooler.client;

import java.util.concurrent.atomic.LongAdder;

/** What became of transactions that might have run on a replica. Safe for all threads. */
public final class ReadCounters {
  private final LongAdder routed = new LongAdder();
  private final LongAdder vetoed = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder fellBack = new LongAdder();
  private final LongAdder retried = new LongAdder();

  void onRouted() {
    routed.increment();
  }

  void onVeto() {
    vetoed.increment();
  }

  void onWait() {
    waited.increment();
  }

  void onFallback() {
    fellBack.increment();
  }

  void onRetry() {
    retried.increment();
  }

  /** How many went to a replica. */
  public long routed() {
    return routed.sum();
  }

  /** How many stayed on the primary for what their first statement is about. */
  public long vetoed() {
    return vetoed.sum();
  }

  /** How many waited for a replica to have replayed what they have to see. */
  public long waited() {
    return waited.sum();
  }

  /** How many went to the primary because no replica could be used, or not soon enough. */
  public long fellBack() {
    return fellBack.sum();
  }

  /** How many were run again elsewhere, after a replica refused their first statement or broke. */
  public long retried() {
    return retried.sum();
  }
}

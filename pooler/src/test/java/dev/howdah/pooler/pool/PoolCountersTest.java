package dev.howdah.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PoolCountersTest {

  @Test
  void a_duration_falls_into_the_first_bucket_that_holds_it() {
    var histogram = new DurationHistogram();
    histogram.add(-1, 1);
    histogram.add(100_000, 1);
    histogram.add(100_001, 1);
    histogram.add(Long.MAX_VALUE, 1);

    long[] counts = histogram.counts();
    assertThat(counts).hasSameSizeAs(DurationHistogram.upperSeconds());
    assertThat(counts[0]).isEqualTo(2);
    assertThat(counts[1]).isEqualTo(1);
    assertThat(counts[counts.length - 1]).isEqualTo(1);
  }

  @Test
  void buckets_rise_to_infinity() {
    assertThat(DurationHistogram.upperSeconds())
        .isSorted()
        .startsWith(0.0001)
        .endsWith(Double.POSITIVE_INFINITY);
  }

  @Test
  void every_transaction_is_in_a_bucket_even_when_several_end_together() {
    var counters = new PoolCounters();
    counters.onTransactions(1, 2_000_000);
    counters.onTransactions(4, 1_000_000);

    long[] counts = counters.transactionTimes().counts();
    assertThat(Arrays.stream(counts).sum()).isEqualTo(counters.transactions()).isEqualTo(5);
    assertThat(counts[1]).isEqualTo(4); // a quarter of a millisecond each
  }

  @Test
  void a_sum_adds_everything_and_leaves_its_parts_alone() {
    var one = new PoolCounters();
    one.onAssigned();
    one.onWaited(7);
    one.onReceived(1);
    one.onSent(2);
    one.onQueries(3, 4);
    one.onTransactions(5, 6);
    one.onServerOpened();
    one.onServerFailed();
    one.onServerClosed();

    PoolCounters sum = one.plus(one);

    assertThat(
            new long[] {
              sum.checkouts(),
              sum.waits(),
              sum.waitedNanos(),
              sum.receivedBytes(),
              sum.sentBytes(),
              sum.queries(),
              sum.queryNanos(),
              sum.transactions(),
              sum.transactionNanos(),
              sum.serversOpened(),
              sum.serversFailed(),
              sum.serversClosed(),
              sum.waitTimes().counts()[0]
            })
        .containsExactly(2, 2, 14, 2, 4, 6, 8, 10, 12, 2, 2, 2, 2);
    assertThat(one.waits()).isEqualTo(1);
  }
}

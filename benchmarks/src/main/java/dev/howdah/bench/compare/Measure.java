package dev.howdah.bench.compare;

import dev.howdah.bench.load.LoadResult;
import java.util.function.ToDoubleFunction;

/** One figure of a {@link LoadResult}. */
enum Measure {
  CPU("CPU us/tx", "CPU", LoadResult::cpuMicrosPerTransaction),
  TPS("tps", "tps", LoadResult::tps),
  P50("p50 us", "p50", LoadResult::p50Micros),
  P99("p99 us", "p99", LoadResult::p99Micros),
  CPU_PER_GIGABYTE("CPU ms/GB", "CPU", LoadResult::cpuMillisPerGigabyte),
  MEGABYTES("MB/s", "MB/s", LoadResult::megabytesPerSecond),
  MEMORY("RSS MB", "RSS", result -> result.rssKb() / 1024.0);

  private final String label;
  private final String shortLabel;

  @SuppressWarnings("ImmutableEnumChecker") // method references and a lambda without state
  private final ToDoubleFunction<LoadResult> figure;

  Measure(String label, String shortLabel, ToDoubleFunction<LoadResult> figure) {
    this.label = label;
    this.shortLabel = shortLabel;
    this.figure = figure;
  }

  /** With the unit. */
  String label() {
    return label;
  }

  /** Without the unit, for ratios. */
  String shortLabel() {
    return shortLabel;
  }

  double of(LoadResult result) {
    return figure.applyAsDouble(result);
  }
}

package dev.howdah.bench.compare;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The middle and the ends of a few figures. */
record Spread(double median, double min, double max) {

  /**
   * Of at least one figure.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Spread of(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no figures");
    }
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Of {@code ours} divided by {@code theirs}, round by round. */
  static Spread ofRatios(List<Double> ours, List<Double> theirs) {
    if (ours.size() != theirs.size()) {
      throw new IllegalArgumentException("rounds without a partner");
    }
    return of(IntStream.range(0, ours.size()).mapToDouble(i -> ours.get(i) / theirs.get(i)));
  }

  /** {@code median [min..max]}, with as many digits as make sense. */
  String text() {
    return number(median) + " [" + number(min) + ".." + number(max) + "]";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1000 ? "%.1f" : "%.0f", value);
  }

  /** Two digits, as befits the median of some ratios. */
  String ratio() {
    return String.format(Locale.ROOT, "%.2f", median);
  }
}

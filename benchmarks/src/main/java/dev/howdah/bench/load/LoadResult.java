package dev.howdah.bench.load;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What one run measured.
 *
 * @param transactions completed in the measured window
 * @param seconds length of that window
 * @param p50Micros half of the transactions took no longer
 * @param p99Micros all but one in a hundred took no longer
 * @param cpuMicros CPU time that the measured process and its children spent in the window
 * @param rssKb their resident memory at its end, with all clients connected
 * @param bytes payload of bulk answers and COPY in the window; 0 in other modes
 * @param errors failed logins, error messages and lost connections
 * @param firstError the first of them, or an empty text
 */
public record LoadResult(
    long transactions,
    double seconds,
    long p50Micros,
    long p99Micros,
    long cpuMicros,
    long rssKb,
    long bytes,
    long errors,
    String firstError) {

  /** Transactions a second. */
  public double tps() {
    return transactions / seconds;
  }

  /** CPU microseconds of the measured process for each transaction; NaN if there was none. */
  public double cpuMicrosPerTransaction() {
    return transactions == 0 ? Double.NaN : (double) cpuMicros / transactions;
  }

  /** CPU milliseconds of the measured process for each 10^9 bytes; NaN if there were none. */
  public double cpuMillisPerGigabyte() {
    return bytes == 0 ? Double.NaN : cpuMicros / 1e3 / (bytes / 1e9);
  }

  /** Payload in 10^6 bytes a second. */
  public double megabytesPerSecond() {
    return bytes / 1e6 / seconds;
  }

  /** The same with one more error. */
  public LoadResult withError(String error) {
    return new LoadResult(
        transactions,
        seconds,
        p50Micros,
        p99Micros,
        cpuMicros,
        rssKb,
        bytes,
        errors + 1,
        firstError.isEmpty() ? error : firstError);
  }

  /** For people. */
  public String describe() {
    String line =
        String.format(
            Locale.ROOT,
            "tps %.0f, p50 %d us, p99 %d us, cpu/tx %.2f us, rss %.1f MB, errors %d",
            tps(),
            p50Micros,
            p99Micros,
            cpuMicrosPerTransaction(),
            rssKb / 1024.0,
            errors);
    if (bytes > 0) {
      line +=
          String.format(
              Locale.ROOT,
              ", %.0f MB/s, %.0f CPU ms/GB",
              megabytesPerSecond(),
              cpuMillisPerGigabyte());
    }
    return firstError.isEmpty() ? line : line + " (" + firstError + ")";
  }

  /** One line that {@link #parse} reads. */
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "transactions=%d seconds=%.6f p50=%d p99=%d cpu=%d rss=%d bytes=%d errors=%d first=%s",
        transactions,
        seconds,
        p50Micros,
        p99Micros,
        cpuMicros,
        rssKb,
        bytes,
        errors,
        firstError.replaceAll("\\s+", " "));
  }

  /**
   * Reads what {@link #toLine} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static LoadResult parse(String line) {
    Map<String, String> values = new HashMap<>();
    String[] words = line.split(" ", 9);
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("not a result: " + line);
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return new LoadResult(
        number(values, "transactions"),
        Double.parseDouble(values.getOrDefault("seconds", "")),
        number(values, "p50"),
        number(values, "p99"),
        number(values, "cpu"),
        number(values, "rss"),
        number(values, "bytes"),
        number(values, "errors"),
        values.getOrDefault("first", ""));
  }

  private static long number(Map<String, String> values, String name) {
    return Long.parseLong(values.getOrDefault(name, ""));
  }
}

package dev.howdah.pooler.client;

import dev.howdah.wire.error.ErrorFields;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of logins, and which errors clients were given by the pooler itself, since start.
 * Errors that PostgreSQL sends pass by uncounted. Safe for all threads.
 */
public final class ClientCounters {
  /** So that servers with odd codes, whose words we pass on at login, cannot fill the memory. */
  private static final int CODES_MAX = 200;

  private static final String OTHER = "other";

  private final LongAdder accepted = new LongAdder();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

  void onAccepted() {
    accepted.increment();
  }

  /** A login ended with an error, which counts as an error given too. */
  void onRefused(ErrorFields error) {
    count(refused, error);
    count(errors, error);
  }

  void onError(ErrorFields error) {
    count(errors, error);
  }

  private static void count(Map<String, LongAdder> counts, ErrorFields error) {
    String code = error.sqlState();
    if (counts.size() >= CODES_MAX && !counts.containsKey(code)) {
      code = OTHER;
    }
    counts.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  /** Clients that were told they are logged in. */
  public long accepted() {
    return accepted.sum();
  }

  /** Logins that ended with an error, by SQLSTATE. */
  public Map<String, Long> refused() {
    return sums(refused);
  }

  /** Errors given to clients, those that ended logins included, by SQLSTATE. */
  public Map<String, Long> errors() {
    return sums(errors);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }
}

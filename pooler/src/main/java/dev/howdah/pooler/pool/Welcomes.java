package dev.howdah.pooler.pool;

import dev.howdah.pooler.server.ParameterReport;
import dev.howdah.pooler.server.Settings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server reports to a session that starts with given settings: learnt once from a real
 * server connection, then told to every client that starts with the same, without asking a server.
 * Safe for all threads.
 */
public final class Welcomes {
  private static final int KEPT_MAX = 1_000;

  private final Map<Settings, Welcome> known = new ConcurrentHashMap<>();
  private volatile Map<String, String> baseline = Map.of();

  /**
   * Settings that PostgreSQL has accepted and what it reports under them.
   *
   * @param settings the one instance that all sessions with equal settings share
   */
  public record Welcome(Settings settings, ParameterReport report) {}

  /** The welcome for settings seen before. */
  public @Nullable Welcome find(Settings settings) {
    return known.get(settings);
  }

  /** Remembers what a server reported under settings that it accepted. */
  public Welcome learn(Settings settings, Map<String, String> parameters) {
    if (known.size() >= KEPT_MAX) {
      known.clear(); // clients that invent settings must not fill the memory
    }
    Welcome welcome = new Welcome(settings, new ParameterReport(parameters));
    Welcome before = known.putIfAbsent(settings, welcome);
    return before == null ? welcome : before;
  }

  /**
   * Notes what a server connection reported at login. Other defaults than before make everything
   * learnt so far void.
   */
  void onServerLogin(Map<String, String> parameters) {
    if (!parameters.equals(baseline)) {
      baseline = parameters;
      known.clear();
    }
  }
}

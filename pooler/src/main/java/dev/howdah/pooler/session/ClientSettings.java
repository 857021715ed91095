package dev.howdah.pooler.session;

import dev.howdah.pooler.server.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one client: those it has now, and those it began with.
 *
 * <p><b>RESET means the client's own defaults.</b> What came in the startup packet is the client's
 * baseline, but for the server connection it is a setting like any other, and RESET goes back
 * further. So after a RESET in a transaction the baseline is applied again at once ({@link
 * #takeRebase}); outside of one it is enough to know it.
 */
final class ClientSettings {
  /**
   * Whatever becomes of these, PostgreSQL reports it by itself (docs: "Asynchronous Operations").
   */
  private static final Set<String> REPORTED =
      Set.of(
          "application_name",
          "client_encoding",
          "datestyle",
          "intervalstyle",
          "standard_conforming_strings",
          "timezone");

  private final Set<String> resets = new TreeSet<>(); // went to the server's default
  private Settings baseline = Settings.NONE;
  private Settings now = Settings.NONE;
  private Settings rebased = Settings.NONE; // what the statement of a rebase sets

  /** The session begins with these. */
  void begin(Settings startup) {
    baseline = startup;
    now = startup;
  }

  Settings now() {
    return now;
  }

  /** The client has these now. */
  void follow(Settings known) {
    now = known;
  }

  boolean areAtBaseline() {
    return now.equals(baseline);
  }

  String searchPath() {
    return now.values().getOrDefault("search_path", "");
  }

  /** Whether PostgreSQL reports each change of a setting. */
  static boolean isReported(String name) {
    return REPORTED.contains(name);
  }

  // ---- RESET ----

  /** A setting is given a value. */
  void onSet(String name) {
    resets.remove(name);
  }

  /**
   * A setting goes back to its default.
   *
   * @return whether the session has to be looked at for it
   */
  boolean onReset(String name) {
    if (REPORTED.contains(name) && !baseline.values().containsKey(name)) {
      return false;
    }
    resets.add(name);
    return true;
  }

  /** All settings that a RESET ALL may change; the role is none of them. */
  Set<String> resettable() {
    Set<String> names = new TreeSet<>();
    for (Settings each : List.of(now, baseline)) {
      names.addAll(each.values().keySet());
    }
    names.remove("role");
    return names;
  }

  boolean hasResets() {
    return !resets.isEmpty();
  }

  /**
   * The statement that gives settings of this client their baseline values again after it reset
   * them in a transaction; null when that is not needed.
   */
  @Nullable String takeRebase() {
    Settings target = Settings.NONE;
    for (String name : resets) {
      String value = baseline.values().get(name);
      if (value != null) {
        target = target.with(name, value);
      }
    }
    resets.clear();
    rebased = target;
    String sql = Settings.NONE.switchSql(target);
    return sql.isEmpty() ? null : sql;
  }

  /** Settings as they are after the statement of {@link #takeRebase} ran where they were these. */
  Settings rebased(Settings before) {
    Settings after = before;
    for (Map.Entry<String, String> each : rebased.values().entrySet()) {
      after = after.with(each.getKey(), each.getValue());
    }
    rebased = Settings.NONE;
    return after;
  }

  /**
   * Takes over what was found in the session outside of a transaction.
   *
   * @param found the settings of the server connection
   * @param failed whether a statement was refused, so that a RESET need not have happened
   */
  Settings onFound(Settings found, boolean failed) {
    Settings next = found;
    if (!failed) {
      for (String name : resets) {
        String value = baseline.values().get(name);
        next = value == null ? next.without(name) : next.with(name, value);
      }
    }
    resets.clear();
    now = next.equals(now) ? now : next;
    return now;
  }

  /**
   * What the client is to hear when PostgreSQL reports a parameter: after a RESET that means the
   * client's own default, which the server does not know.
   *
   * @param name as PostgreSQL spells it
   * @param known the settings as the client knows them
   * @return null when there is nothing to be told
   */
  @Nullable String told(String name, String value, Settings known) {
    String key = name.toLowerCase(Locale.ROOT);
    String own = resets.contains(key) ? baseline.values().get(key) : null;
    if (own == null) {
      return value;
    }
    return own.equals(known.values().get(key)) ? null : own;
  }
}

package dev.howdah.pooler.session;

import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.field.WireText;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One look at a session, by one query of ours: which values its settings have now, and which
 * reasons to pin there are. It asks for what {@link Traces} name and nothing else, since asking for
 * everything costs PostgreSQL milliseconds.
 *
 * <p>Values travel as hexadecimal in the database's encoding, so that they can be applied to
 * another connection whatever {@code client_encoding} either has. {@code pg_settings} does not show
 * custom settings and the role, so those are asked for by name.
 */
public final class Audit {
  private static final String ROLE = "role";

  private final List<String> names;
  private final List<String> doubtful; // of the names: perhaps not set at all
  private final List<PinReason> questions;
  private final boolean allSettings;
  private final boolean channels;
  private final String cleaning;

  /**
   * An audit of what is named in {@code traces}.
   *
   * @param before the settings the session was known to have, asked for again when any may have
   *     changed
   * @param subscriptions whose stand-ins may be on the server connection; they are removed
   * @param undone whether something failed or was rolled back: then a setting that is named need
   *     not have been set
   */
  Audit(Traces traces, Settings before, Subscriptions subscriptions, boolean undone) {
    this.channels = subscriptions.areMentioned();
    this.cleaning = subscriptions.cleaning();
    Set<String> asked = new TreeSet<>(traces.settings());
    this.allSettings = traces.hasAllSettings();
    if (allSettings) {
      asked.add(ROLE);
      for (String name : before.values().keySet()) {
        if (Settings.isCustom(name)) {
          asked.add(name);
        }
      }
    }
    this.names = List.copyOf(asked);
    this.doubtful =
        names.stream()
            .filter(name -> undone && !Settings.isCustom(name) && !name.equals(ROLE))
            .filter(name -> !before.values().containsKey(name))
            .toList();
    this.questions = List.copyOf(traces.questions());
  }

  /** The query. Its first row has a column for every name and question, others are settings. */
  public String sql() {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (String name : names) {
      sql.append(asHex("pg_catalog.current_setting(" + Settings.quoteText(name) + ", true)"))
          .append(", ");
    }
    for (PinReason question : questions) {
      sql.append('(').append(question.question()).append("), ");
    }
    for (String name : doubtful) {
      sql.append("(SELECT source FROM pg_catalog.pg_settings WHERE pg_catalog.lower(name) = ")
          .append(Settings.quoteText(name))
          .append("), ");
    }
    if (channels) {
      sql.append(Subscriptions.question()).append(", ");
    }
    sql.append("1");
    if (channels) {
      sql.append("; ").append(cleaning);
    }
    if (allSettings) {
      sql.append("; SELECT name, ")
          .append(asHex("pg_catalog.current_setting(name, true)"))
          .append(" FROM pg_catalog.pg_settings WHERE source = 'session'")
          .append(" AND name NOT IN ('transaction_isolation', 'transaction_read_only',")
          .append(" 'transaction_deferrable', 'session_authorization', 'seed')");
    }
    return sql.toString();
  }

  private static String asHex(String expression) {
    return "pg_catalog.encode(pg_catalog.convert_to("
        + expression
        + ", pg_catalog.getdatabaseencoding()), 'hex')";
  }

  /**
   * The reasons to pin that hold.
   *
   * @param rows the answer
   */
  public EnumSet<PinReason> reasons(List<List<@Nullable String>> rows) {
    EnumSet<PinReason> found = EnumSet.noneOf(PinReason.class);
    List<@Nullable String> first = rows.getFirst();
    for (int i = 0; i < questions.size(); i++) {
      if ("t".equals(first.get(names.size() + i))) {
        found.add(questions.get(i));
      }
    }
    return found;
  }

  /**
   * The stand-ins for channels that were there, separated by commas; null for none.
   *
   * @param rows the answer
   */
  public @Nullable String channels(List<List<@Nullable String>> rows) {
    return channels ? rows.getFirst().get(names.size() + questions.size() + doubtful.size()) : null;
  }

  /**
   * The settings as they are now.
   *
   * @param before as they were known before
   * @param rows the answer
   */
  public Settings settings(Settings before, List<List<@Nullable String>> rows) {
    Settings now = allSettings ? Settings.NONE : before;
    for (List<@Nullable String> row : rows.subList(1, rows.size())) {
      now = with(now, String.valueOf(row.get(0)).toLowerCase(Locale.ROOT), row.get(1));
    }
    List<@Nullable String> first = rows.getFirst();
    for (int i = 0; i < names.size(); i++) {
      now = with(now, names.get(i), first.get(i));
    }
    for (int i = 0; i < doubtful.size(); i++) {
      if (!"session".equals(first.get(names.size() + questions.size() + i))) {
        now = now.without(doubtful.get(i));
      }
    }
    return now;
  }

  private static Settings with(Settings settings, String name, @Nullable String hex) {
    if (hex == null) {
      return settings.without(name); // a custom setting that does not exist
    }
    String value = WireText.decode(HexFormat.of().parseHex(hex));
    return name.equals(ROLE) && value.equals("none")
        ? settings.without(name)
        : settings.with(name, value);
  }
}

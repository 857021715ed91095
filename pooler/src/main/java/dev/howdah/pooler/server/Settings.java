package dev.howdah.pooler.server;

import dev.howdah.wire.field.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The settings a session has beyond the defaults of its server connection: name (lower case) to
 * value, immutable. A client has its own; a server connection has those that were last applied to
 * it; when the two differ, {@link #switchSql} takes the server from one to the other before the
 * client's next statement.
 */
public final class Settings {
  /** A session that asked for nothing. */
  public static final Settings NONE = new Settings(Map.of());

  private static final String ROLE = "role";

  private final Map<String, String> values;
  private final int hash;
  private final List<String> customNames;

  private Settings(Map<String, String> values) {
    this.values = values;
    this.hash = values.hashCode();
    this.customNames = values.keySet().stream().filter(Settings::isCustom).toList();
  }

  /** The same settings with {@code name} set to {@code value}. */
  public Settings with(String name, String value) {
    Map<String, String> changed = new TreeMap<>(values);
    changed.put(name.toLowerCase(Locale.ROOT), value);
    return new Settings(Collections.unmodifiableMap(changed));
  }

  /** The same settings with {@code name} at the server connection's default. */
  public Settings without(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    if (!values.containsKey(key)) {
      return this;
    }
    Map<String, String> changed = new TreeMap<>(values);
    changed.remove(key);
    return changed.isEmpty() ? NONE : new Settings(Collections.unmodifiableMap(changed));
  }

  /** Whether a setting is none of PostgreSQL's own: it comes to be when it is set. */
  public static boolean isCustom(String name) {
    return name.indexOf('.') >= 0;
  }

  /** The names of its custom settings. */
  List<String> customNames() {
    return customNames;
  }

  /** Lower-case names and values, in name order. */
  public Map<String, String> values() {
    return values;
  }

  /**
   * The statements that turn a session with these settings into one with {@code target}; values go
   * through {@code set_config}, which reads them as the startup packet does (a list stays a list).
   * One simple query, so either everything applies or nothing.
   *
   * <p>The role comes last and goes first: under it, other settings may be forbidden.
   */
  public String switchSql(Settings target) {
    StringBuilder sql = new StringBuilder();
    boolean roleStays =
        Objects.equals(values.get(ROLE), target.values.get(ROLE))
            && without(ROLE).equals(target.without(ROLE));
    if (!roleStays && values.containsKey(ROLE)) {
      sql.append("RESET ").append(ROLE).append(';');
    }
    for (String name : values.keySet()) {
      if (!target.values.containsKey(name) && !name.equals(ROLE)) {
        sql.append("RESET ").append(quoteName(name)).append(';');
      }
    }
    char before = ' ';
    for (Map.Entry<String, String> entry : target.values.entrySet()) {
      String name = entry.getKey();
      if (!name.equals(ROLE) && !entry.getValue().equals(values.get(name))) {
        before = appendSetConfig(sql, before, name, entry.getValue());
      }
    }
    String role = target.values.get(ROLE);
    if (!roleStays && role != null) {
      appendSetConfig(sql, before, ROLE, role);
    }
    return sql.toString();
  }

  private static char appendSetConfig(StringBuilder sql, char before, String name, String value) {
    sql.append(before == ' ' ? "SELECT" : "")
        .append(before)
        .append("pg_catalog.set_config(")
        .append(quoteText(name))
        .append(',')
        .append(quoteText(value))
        .append(",false)");
    return ',';
  }

  /** Whether running these statements leaves a session without settings. */
  static boolean areResetBy(String sql) {
    for (String statement : sql.split(";", -1)) {
      String words = statement.strip().replaceAll("\\s+", " ");
      if (words.equalsIgnoreCase("DISCARD ALL") || words.equalsIgnoreCase("RESET ALL")) {
        return true;
      }
    }
    return false;
  }

  /** An identifier in double quotes. */
  static String quoteName(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * A string literal that means the same whatever standard_conforming_strings and client_encoding
   * say. As in a startup packet, which PostgreSQL does not convert either, bytes beyond ASCII are
   * taken in the server's encoding.
   */
  public static String quoteText(String text) {
    if (text.chars().allMatch(c -> c < 0x80 && c != '\\')) {
      return "'" + text.replace("'", "''") + "'";
    }
    ByteBuf bytes = Unpooled.buffer(text.length() * 2);
    WireText.write(bytes, text);
    StringBuilder quoted = new StringBuilder(" E'");
    while (bytes.isReadable()) {
      byte b = bytes.readByte();
      switch (b) {
        case '\'' -> quoted.append("''");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (b >= 0) {
            quoted.append((char) b);
          } else {
            quoted.append("\\x").append(HexFormat.of().toHexDigits(b));
          }
        }
      }
    }
    return quoted.append('\'').toString();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Settings that && hash == that.hash && values.equals(that.values));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}

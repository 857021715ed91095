package dev.howdah.pooler.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What we know about a name with a parenthesis behind it: whether it is a keyword, whether
 * PostgreSQL has functions of that name, and what they do to the session.
 */
final class FunctionNames {
  private static final int KEYWORD = 1;
  private static final int BUILT_IN = 2;
  private static final int SUSPICION_SHIFT = 2;
  private static final NameTable TABLE = table();

  private FunctionNames() {}

  private static NameTable table() {
    Map<String, Integer> values = new HashMap<>();
    lines("keywords.txt").forEach(name -> values.merge(name, KEYWORD, (a, b) -> a | b));
    lines("functions.txt").forEach(name -> values.merge(name, BUILT_IN, (a, b) -> a | b));
    suspicions()
        .forEach((name, suspicion) -> {
          int bit = suspicion.bit() << SUSPICION_SHIFT;
          values.merge(name, bit, (a, b) -> a | b);
        });
    return new NameTable(values);
  }

  /** The lines of a file beside this class, but for comments. */
  static List<String> lines(String file) {
    List<String> lines = new ArrayList<>();
    InputStream in = Objects.requireNonNull(FunctionNames.class.getResourceAsStream(file), file);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      String line = reader.readLine();
      while (line != null) {
        if (!line.startsWith("#")) {
          lines.add(line);
        }
        line = reader.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private static Map<String, Suspicion> suspicions() {
    Map<String, Suspicion> names = new HashMap<>();
    put(
        names,
        Suspicion.ADVISORY_LOCK,
        "pg_advisory_lock pg_advisory_lock_shared pg_try_advisory_lock"
            + " pg_try_advisory_lock_shared");
    put(
        names,
        Suspicion.ADVISORY_UNLOCK,
        "pg_advisory_unlock pg_advisory_unlock_shared pg_advisory_unlock_all");
    put(names, Suspicion.SET_CONFIG, "set_config");
    put(names, Suspicion.NEXTVAL, "nextval");
    put(names, Suspicion.SETVAL, "setval");
    put(names, Suspicion.CURRVAL, "currval");
    put(names, Suspicion.LASTVAL, "lastval");
    put(names, Suspicion.SETSEED, "setseed");
    put(names, Suspicion.LISTENING_CHANNELS, "pg_listening_channels");
    put(names, Suspicion.NOTIFY_FUNCTION, "pg_notify");
    // Backups and temporary replication slots last as long as the session; so does an origin.
    put(
        names,
        Suspicion.SESSION_FUNCTION,
        "pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup"
            + " pg_create_logical_replication_slot pg_create_physical_replication_slot"
            + " pg_copy_logical_replication_slot pg_copy_physical_replication_slot"
            + " pg_replication_origin_session_setup pg_replication_origin_session_reset");
    // dblink: named connections; pg_trgm: set_limit; tsearch2 and orafce have settings of their
    // own.
    put(
        names,
        Suspicion.EXTENSION_STATE,
        "dblink_connect dblink_connect_u dblink_disconnect dblink_open dblink_close"
            + " dblink_send_query dblink_get_result set_limit set_curcfg set_curdict set_curprs");
    put(
        names,
        Suspicion.SQL_IN_TEXT,
        "query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat ts_rewrite crosstab"
            + " crosstabn connectby xpath_table dblink dblink_exec");
    return names;
  }

  private static void put(Map<String, Suspicion> names, Suspicion suspicion, String list) {
    for (String name : list.split(" ", -1)) {
      names.put(name, suspicion);
    }
  }

  /**
   * What is known of a name; {@link NameTable#ABSENT} for nothing.
   *
   * @param fold whether the name is unquoted
   */
  static int find(byte[] text, int start, int end, boolean fold) {
    return TABLE.find(text, start, end, fold);
  }

  /** The bits of the suspicions that a call raises. */
  static int suspicions(int found) {
    return found == NameTable.ABSENT ? 0 : found >>> SUSPICION_SHIFT;
  }

  /** Whether PostgreSQL has a function of that name. */
  static boolean isBuiltIn(int found) {
    return found != NameTable.ABSENT && (found & BUILT_IN) != 0;
  }

  /** Whether it is a keyword when it stands unquoted. */
  static boolean isKeyword(int found) {
    return found != NameTable.ABSENT && (found & KEYWORD) != 0;
  }
}

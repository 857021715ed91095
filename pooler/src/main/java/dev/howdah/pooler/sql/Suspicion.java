package dev.howdah.pooler.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a text may do to its session beyond its transaction, apart from what {@link Statement} says
 * outright. A suspicion is raised by names and words alone: the function may be somebody's own of
 * the same name, the call may never be reached.
 */
public enum Suspicion {
  /** Takes an advisory lock for the session; the {@code xact} functions do not count. */
  ADVISORY_LOCK,
  /** Gives back an advisory lock of the session. */
  ADVISORY_UNLOCK,
  /** Changes a setting; {@link StatementFacts#setConfigCalls} tells which. */
  SET_CONFIG,
  /** {@code nextval}: what currval and lastval answer changes. */
  NEXTVAL,
  /** {@code setval}: what currval answers changes. */
  SETVAL,
  /** {@code currval}: reads what an earlier nextval of this session left. */
  CURRVAL,
  /** {@code lastval}: reads what an earlier nextval of this session left. */
  LASTVAL,
  /** {@code setseed}: random() goes on from there. */
  SETSEED,
  /**
   * Makes, or names, an object in the session's temporary schema that outlives the transaction: not
   * raised by ON COMMIT DROP.
   */
  TEMP_OBJECT,
  /** Puts {@code pg_temp} on the search path by SET, so that any CREATE may make a temp object. */
  TEMP_SEARCH_PATH,
  /** DECLARE ... WITH HOLD. */
  HELD_CURSOR,
  /** LOAD. */
  LOAD,
  /** DO: code that we do not look into. */
  DO,
  /** CALL: a procedure. */
  CALL,
  /** SET SESSION AUTHORIZATION. */
  SESSION_AUTHORIZATION,
  /** A function of PostgreSQL with state of another kind, such as pg_backup_start. */
  SESSION_FUNCTION,
  /** A function of a known extension with session state, such as dblink_connect. */
  EXTENSION_STATE,
  /** {@code pg_listening_channels}. */
  LISTENING_CHANNELS,
  /** {@code pg_notify}. */
  NOTIFY_FUNCTION,
  /** A built-in function that runs SQL which is handed to it as text, such as query_to_xml. */
  SQL_IN_TEXT,
  /**
   * A statement that begins like one with state (SET, LISTEN, ...) and goes on as we do not know
   * it: {@link Statement.Malformed}.
   */
  MALFORMED,
  /**
   * Calls a function that is not known to be built in, which may do anything of the above. Known
   * are the names in {@code pg_catalog} of all supported versions. Not raised by definitions
   * (CREATE INDEX, ALTER TABLE ...), which may call functions, too.
   */
  UNKNOWN_FUNCTION;

  private static final Suspicion[] ALL = values();

  /** This suspicion's bit in {@link StatementFacts#suspicions}. */
  @SuppressWarnings("EnumOrdinal") // bits live in memory only
  public int bit() {
    return 1 << ordinal();
  }

  /** The suspicions of a bit mask. */
  public static Set<Suspicion> of(int mask) {
    EnumSet<Suspicion> set = EnumSet.noneOf(Suspicion.class);
    for (Suspicion suspicion : ALL) {
      if ((mask & suspicion.bit()) != 0) {
        set.add(suspicion);
      }
    }
    return Collections.unmodifiableSet(set);
  }
}

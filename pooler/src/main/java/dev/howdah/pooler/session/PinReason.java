package dev.howdah.pooler.session;

import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a client keeps its server connection beyond its transaction: session state that cannot be
 * taken to another one. Most reasons are gone as soon as PostgreSQL itself says so.
 */
public enum PinReason {
  /** A session advisory lock is held. */
  ADVISORY_LOCK(
      "holds a session advisory lock",
      "EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory'"
          + " AND pid = pg_catalog.pg_backend_pid())"),
  /** Something is in the session's temporary schema. */
  TEMP_OBJECT(
      "has temporary objects",
      "pg_catalog.pg_my_temp_schema() <> 0 AND (EXISTS (SELECT FROM pg_catalog.pg_class"
          + " WHERE relnamespace = pg_catalog.pg_my_temp_schema())"
          + " OR EXISTS (SELECT FROM pg_catalog.pg_proc"
          + " WHERE pronamespace = pg_catalog.pg_my_temp_schema())"
          + " OR EXISTS (SELECT FROM pg_catalog.pg_type"
          + " WHERE typnamespace = pg_catalog.pg_my_temp_schema()))"),
  /** A cursor WITH HOLD is open. */
  HELD_CURSOR(
      "has a cursor WITH HOLD open",
      "EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable)"),
  /** Statements were prepared by PREPARE. */
  SQL_PREPARED(
      "has statements prepared in SQL",
      "EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)"),
  /** It listens. */
  LISTEN(
      "listens",
      "EXISTS (SELECT FROM pg_catalog.pg_listening_channels() c WHERE "
          + ChannelNames.IS_FOREIGN
          + ")"),
  /** It goes by another name than it logged in with. */
  SESSION_AUTHORIZATION(
      "has changed its session authorization",
      "session_user <> (SELECT usename FROM pg_catalog.pg_stat_get_activity("
          + "pg_catalog.pg_backend_pid()) a JOIN pg_catalog.pg_user u ON u.usesysid = a.usesysid)"),
  /** It draws from sequences, and its application asks for currval or lastval. */
  SEQUENCE("may ask for currval or lastval", null),
  /** random() goes on from a seed of its own. */
  SEED("has called setseed", null),
  /** A prepared statement is too large to be kept for other connections. */
  LARGE_STATEMENT("has prepared a very large statement", null),
  /** A library was loaded, or an extension keeps state that we cannot see. */
  EXTENSION("has loaded a library or uses an extension with session state", null);

  private final String text;
  private final @Nullable String question;

  PinReason(String text, @Nullable String question) {
    this.text = text;
    this.question = question;
  }

  /** What several reasons say about the client, such as "listens and has temporary objects". */
  public static String phrase(Set<PinReason> reasons) {
    return reasons.stream().map(PinReason::text).collect(Collectors.joining(" and "));
  }

  /** A phrase about the client, such as "listens". */
  public String text() {
    return text;
  }

  /**
   * A boolean expression that tells whether it holds in the session that evaluates it; null when
   * PostgreSQL has no way to tell, and the reason stays until the session is discarded.
   */
  @Nullable String question() {
    return question;
  }

  /** Whether nothing but the end of the server connection undoes it. */
  public boolean outlivesDiscard() {
    return this == EXTENSION;
  }
}

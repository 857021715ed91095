package dev.howdah.pooler.sql;

/** What a statement is, by its first words. */
public enum StatementKind {
  BEGIN,
  COMMIT,
  ROLLBACK,
  SAVEPOINT,
  RELEASE,
  ROLLBACK_TO,
  PREPARE_TRANSACTION,
  COMMIT_PREPARED,
  ROLLBACK_PREPARED,
  /** Every SET of a setting, in whichever of its spellings. */
  SET,
  SET_TRANSACTION,
  SET_SESSION_CHARACTERISTICS,
  SET_CONSTRAINTS,
  RESET,
  SHOW,
  DISCARD,
  PREPARE,
  EXECUTE,
  DEALLOCATE,
  LISTEN,
  UNLISTEN,
  NOTIFY,
  DECLARE_CURSOR,
  CLOSE,
  FETCH,
  MOVE,
  LOAD,
  DO,
  CALL,
  LOCK,
  COPY,
  VACUUM,
  ANALYZE,
  CLUSTER,
  REINDEX,
  CHECKPOINT,
  CREATE,
  CREATE_DATABASE,
  DROP,
  DROP_DATABASE,
  ALTER,
  ALTER_DATABASE,
  TRUNCATE,
  COMMENT,
  GRANT,
  REVOKE,
  REFRESH,
  /** Also a SELECT in parentheses. */
  SELECT,
  VALUES,
  TABLE,
  /** Any statement with a WITH clause in front. */
  WITH,
  INSERT,
  UPDATE,
  DELETE,
  MERGE,
  EXPLAIN,
  /** Anything else, statements that PostgreSQL will refuse among it. */
  OTHER;

  /** Whether it begins or ends a transaction, or a part of one. */
  public boolean isTransactionControl() {
    return compareTo(ROLLBACK_PREPARED) <= 0;
  }
}

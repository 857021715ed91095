package dev.howdah.pooler.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a text; immutable. Statements that matter to a session have a record of their
 * own, with what it needs to know; all others are {@link Plain}. Ranges are without the semicolon.
 */
public sealed interface Statement {

  /** What it is. */
  StatementKind kind();

  /** Where it stands in the text. */
  SourceRange range();

  /** A statement about which there is nothing more to say. */
  record Plain(StatementKind kind, SourceRange range) implements Statement {}

  /**
   * Begins like {@code kind} and goes on in a way unknown to us: PostgreSQL most likely refuses it,
   * but a newer one may accept it.
   */
  record Malformed(StatementKind kind, SourceRange range) implements Statement {}

  /** BEGIN, START TRANSACTION. */
  record Begin(SourceRange range, TransactionModes modes) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.BEGIN;
    }
  }

  /**
   * COMMIT, END.
   *
   * @param chain AND CHAIN: the next transaction begins at once
   */
  record Commit(SourceRange range, boolean chain) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.COMMIT;
    }
  }

  /**
   * ROLLBACK, ABORT.
   *
   * @param chain AND CHAIN: the next transaction begins at once
   */
  record Rollback(SourceRange range, boolean chain) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.ROLLBACK;
    }
  }

  /** SAVEPOINT. */
  record Savepoint(SourceRange range, SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.SAVEPOINT;
    }
  }

  /** RELEASE SAVEPOINT. */
  record Release(SourceRange range, SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.RELEASE;
    }
  }

  /** ROLLBACK TO SAVEPOINT. */
  record RollbackTo(SourceRange range, SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.ROLLBACK_TO;
    }
  }

  /**
   * SET of a setting in any spelling, under the setting's real name: SET TIME ZONE is {@code
   * timezone}, SET NAMES {@code client_encoding}, SET SCHEMA {@code search_path}, SET ROLE {@code
   * role}, SET SESSION AUTHORIZATION {@code session_authorization}, SET XML OPTION {@code
   * xmloption}.
   *
   * @param local SET LOCAL: ends with the transaction
   * @param name in lower case, as PostgreSQL compares settings without regard to case; a custom
   *     setting with its dot; the range is that of the words that name it
   * @param value everything after TO, = or the name; empty when there is nothing
   * @param values the elements of the value: strings unquoted, words folded, numbers as written;
   *     empty for DEFAULT (and for SET TIME ZONE LOCAL and a bare SET NAMES, which mean it); the
   *     text of an interval as one element
   */
  record SetSetting(
      SourceRange range, boolean local, SqlName name, SourceRange value, List<String> values)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.SET;
    }

    /** Whether it is the same as RESET. */
    public boolean isDefault() {
      return values.isEmpty();
    }
  }

  /**
   * SET TRANSACTION: the running transaction only.
   *
   * @param snapshot SET TRANSACTION SNAPSHOT
   */
  record SetTransaction(SourceRange range, TransactionModes modes, boolean snapshot)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.SET_TRANSACTION;
    }
  }

  /** SET SESSION CHARACTERISTICS: changes the settings {@code default_transaction_*}. */
  record SetSessionCharacteristics(SourceRange range, boolean local, TransactionModes modes)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.SET_SESSION_CHARACTERISTICS;
    }
  }

  /**
   * RESET.
   *
   * @param name as in {@link SetSetting}; null for RESET ALL
   */
  record Reset(SourceRange range, @Nullable SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.RESET;
    }
  }

  /**
   * SHOW.
   *
   * @param name as in {@link SetSetting}; null for SHOW ALL
   */
  record Show(SourceRange range, @Nullable SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.SHOW;
    }
  }

  /** DISCARD. */
  record Discard(SourceRange range, What what) implements Statement {
    /** What is discarded. */
    public enum What {
      ALL,
      PLANS,
      SEQUENCES,
      TEMP
    }

    @Override
    public StatementKind kind() {
      return StatementKind.DISCARD;
    }
  }

  /**
   * PREPARE ... AS. The text's suspicions include those of the prepared statement, which are due
   * when it is executed.
   *
   * @param query the statement that is prepared
   */
  record Prepare(SourceRange range, SqlName name, Statement query) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.PREPARE;
    }
  }

  /** EXECUTE. */
  record Execute(SourceRange range, SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.EXECUTE;
    }
  }

  /**
   * DEALLOCATE.
   *
   * @param name null for DEALLOCATE ALL
   */
  record Deallocate(SourceRange range, @Nullable SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.DEALLOCATE;
    }
  }

  /** LISTEN. */
  record Listen(SourceRange range, SqlName channel) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.LISTEN;
    }
  }

  /**
   * UNLISTEN.
   *
   * @param channel null for UNLISTEN *
   */
  record Unlisten(SourceRange range, @Nullable SqlName channel) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.UNLISTEN;
    }
  }

  /** NOTIFY. */
  record Notify(SourceRange range, SqlName channel) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.NOTIFY;
    }
  }

  /**
   * DECLARE ... CURSOR.
   *
   * @param withHold outlives its transaction
   */
  record DeclareCursor(SourceRange range, SqlName name, boolean withHold) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.DECLARE_CURSOR;
    }
  }

  /**
   * CLOSE.
   *
   * @param name null for CLOSE ALL
   */
  record Close(SourceRange range, @Nullable SqlName name) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.CLOSE;
    }
  }

  /**
   * FETCH and MOVE.
   *
   * @param kind one of the two
   * @param name of the cursor
   */
  record Fetch(StatementKind kind, SourceRange range, SqlName name) implements Statement {}

  /**
   * CREATE of anything but a database.
   *
   * @param object the words that say what, in lower case, such as {@code materialized view}
   * @param temporary TEMP or TEMPORARY in so many words
   * @param onCommitDrop the object ends with its transaction
   * @param execute of CREATE TABLE ... AS EXECUTE; otherwise null
   */
  record Create(
      SourceRange range,
      String object,
      boolean temporary,
      boolean onCommitDrop,
      @Nullable Execute execute)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.CREATE;
    }
  }

  /**
   * CREATE DATABASE.
   *
   * @param template the database that is copied and must have no other connections; null when the
   *     text names none, and then it is PostgreSQL's default one, number 1
   */
  record CreateDatabase(SourceRange range, SqlName name, @Nullable SqlName template)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.CREATE_DATABASE;
    }
  }

  /**
   * DROP DATABASE.
   *
   * @param force WITH (FORCE): PostgreSQL ends the connections to it itself
   */
  record DropDatabase(SourceRange range, SqlName name, boolean force) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.DROP_DATABASE;
    }
  }

  /**
   * ALTER DATABASE.
   *
   * @param newName of RENAME TO; otherwise null
   * @param needsItAlone whether the database must have no other connections: RENAME TO and SET
   *     TABLESPACE
   */
  record AlterDatabase(
      SourceRange range, SqlName name, @Nullable SqlName newName, boolean needsItAlone)
      implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.ALTER_DATABASE;
    }
  }

  /**
   * Any statement with a WITH clause in front.
   *
   * @param main what the statement itself is: SELECT, INSERT, ...; a query of the clause may write,
   *     too
   */
  record With(SourceRange range, StatementKind main) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.WITH;
    }
  }

  /**
   * EXPLAIN.
   *
   * @param analyze the statement is run, too
   * @param query the statement that is explained
   */
  record Explain(SourceRange range, boolean analyze, Statement query) implements Statement {
    @Override
    public StatementKind kind() {
      return StatementKind.EXPLAIN;
    }
  }
}

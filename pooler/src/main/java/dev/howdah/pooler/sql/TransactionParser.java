package dev.howdah.pooler.sql;

import dev.howdah.pooler.sql.TransactionModes.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Statements that begin and end transactions (docs: "SQL Commands"). Each method begins behind the
 * statement's first word, and answers null for what PostgreSQL would not accept.
 */
final class TransactionParser {
  private TransactionParser() {}

  /** BEGIN, or START TRANSACTION. */
  static @Nullable Statement begin(Tokens tokens, SourceRange range, boolean start) {
    if (!acceptNoise(tokens) && start) {
      return null;
    }
    TransactionModes modes = modes(tokens);
    return modes == null ? null : new Statement.Begin(range, modes);
  }

  /** COMMIT and END. */
  static @Nullable Statement commit(Tokens tokens, SourceRange range, boolean mayBePrepared) {
    if (mayBePrepared && tokens.accept(Word.PREPARED)) {
      return twoPhase(tokens, StatementKind.COMMIT_PREPARED, range);
    }
    acceptNoise(tokens);
    Boolean chain = chain(tokens);
    return chain == null ? null : new Statement.Commit(range, chain);
  }

  /** ROLLBACK and ABORT. */
  static @Nullable Statement rollback(Tokens tokens, SourceRange range, boolean isRollback) {
    if (isRollback && tokens.accept(Word.PREPARED)) {
      return twoPhase(tokens, StatementKind.ROLLBACK_PREPARED, range);
    }
    acceptNoise(tokens);
    if (isRollback && tokens.accept(Word.TO)) {
      SqlName name = savepointName(tokens);
      return name == null ? null : new Statement.RollbackTo(range, name);
    }
    Boolean chain = chain(tokens);
    return chain == null ? null : new Statement.Rollback(range, chain);
  }

  /** SAVEPOINT. */
  static @Nullable Statement savepoint(Tokens tokens, SourceRange range) {
    SqlName name = tokens.name();
    return name == null || !tokens.atEnd() ? null : new Statement.Savepoint(range, name);
  }

  /** RELEASE. */
  static @Nullable Statement release(Tokens tokens, SourceRange range) {
    SqlName name = savepointName(tokens);
    return name == null ? null : new Statement.Release(range, name);
  }

  /** The name of a prepared transaction, and nothing more. */
  static @Nullable Statement twoPhase(Tokens tokens, StatementKind kind, SourceRange range) {
    if (!tokens.kind().isString()) {
      return null;
    }
    tokens.advance();
    return tokens.atEnd() ? new Statement.Plain(kind, range) : null;
  }

  /** The options of a transaction up to the end of the statement; null when there is more. */
  static @Nullable TransactionModes modes(Tokens tokens) {
    if (tokens.atEnd()) {
      return TransactionModes.NONE;
    }
    IsolationLevel isolation = null;
    Boolean readOnly = null;
    Boolean deferrable = null;
    do {
      if (tokens.accept(Word.ISOLATION)) {
        isolation = tokens.accept(Word.LEVEL) ? isolation(tokens) : null;
        if (isolation == null) {
          return null;
        }
      } else if (tokens.accept(Word.READ)) {
        readOnly = tokens.at(Word.ONLY);
        if (!tokens.accept(Word.ONLY) && !tokens.accept(Word.WRITE)) {
          return null;
        }
      } else {
        deferrable = !tokens.accept(Word.NOT);
        if (!tokens.accept(Word.DEFERRABLE)) {
          return null;
        }
      }
    } while (tokens.accept(SqlToken.COMMA) || !tokens.atEnd());
    return new TransactionModes(isolation, readOnly, deferrable);
  }

  private static @Nullable IsolationLevel isolation(Tokens tokens) {
    if (tokens.accept(Word.SERIALIZABLE)) {
      return IsolationLevel.SERIALIZABLE;
    } else if (tokens.accept(Word.REPEATABLE)) {
      return tokens.accept(Word.READ) ? IsolationLevel.REPEATABLE_READ : null;
    } else if (tokens.accept(Word.READ)) {
      if (tokens.accept(Word.COMMITTED)) {
        return IsolationLevel.READ_COMMITTED;
      }
      return tokens.accept(Word.UNCOMMITTED) ? IsolationLevel.READ_UNCOMMITTED : null;
    }
    return null;
  }

  private static @Nullable SqlName savepointName(Tokens tokens) {
    int mark = tokens.mark();
    if (tokens.accept(Word.SAVEPOINT) && tokens.atEnd()) {
      tokens.backTo(mark); // a savepoint of this name
    }
    SqlName name = tokens.name();
    return tokens.atEnd() ? name : null;
  }

  private static boolean acceptNoise(Tokens tokens) {
    return tokens.accept(Word.WORK) || tokens.accept(Word.TRANSACTION);
  }

  /** AND CHAIN, AND NO CHAIN or nothing; null for anything else. */
  private static @Nullable Boolean chain(Tokens tokens) {
    if (tokens.atEnd()) {
      return false;
    }
    if (!tokens.accept(Word.AND)) {
      return null;
    }
    boolean chain = !tokens.accept(Word.NO);
    boolean complete = tokens.accept(Word.CHAIN) && tokens.atEnd();
    return complete ? chain : null;
  }
}

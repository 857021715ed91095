package dev.howdah.pooler.sql;

import org.jspecify.annotations.Nullable;

/** Turns one statement into its record. Reusable, one thread at a time. */
final class StatementParser {
  private final Tokens tokens = new Tokens();

  /**
   * The record of the statement that stands in {@code from} to {@code end}.
   *
   * @param textStart where the text begins, from which ranges count
   */
  Statement parse(byte[] text, int textStart, int from, int end, boolean standardStrings) {
    tokens.begin(text, textStart, from, end, standardStrings);
    return inner(tokens);
  }

  /** Forgets the text. */
  void release() {
    tokens.release();
  }

  /** The kind of statement that begins with a word, or null for no word we know. */
  static StatementKind kind(@Nullable Word first) {
    return first == null
        ? StatementKind.OTHER
        : switch (first) {
          case BEGIN, START -> StatementKind.BEGIN;
          case COMMIT, END -> StatementKind.COMMIT;
          case ROLLBACK, ABORT -> StatementKind.ROLLBACK;
          case SAVEPOINT -> StatementKind.SAVEPOINT;
          case RELEASE -> StatementKind.RELEASE;
          case SET -> StatementKind.SET;
          case RESET -> StatementKind.RESET;
          case SHOW -> StatementKind.SHOW;
          case DISCARD -> StatementKind.DISCARD;
          case PREPARE -> StatementKind.PREPARE;
          case EXECUTE -> StatementKind.EXECUTE;
          case DEALLOCATE -> StatementKind.DEALLOCATE;
          case LISTEN -> StatementKind.LISTEN;
          case UNLISTEN -> StatementKind.UNLISTEN;
          case NOTIFY -> StatementKind.NOTIFY;
          case DECLARE -> StatementKind.DECLARE_CURSOR;
          case CLOSE -> StatementKind.CLOSE;
          case FETCH -> StatementKind.FETCH;
          case MOVE -> StatementKind.MOVE;
          case EXPLAIN -> StatementKind.EXPLAIN;
          case CREATE -> StatementKind.CREATE;
          case DROP -> StatementKind.DROP;
          case ALTER -> StatementKind.ALTER;
          default -> plainKind(first);
        };
  }

  /** Kinds of statements of which the first word says everything. */
  private static StatementKind plainKind(Word first) {
    return switch (first) {
      case SELECT -> StatementKind.SELECT;
      case INSERT -> StatementKind.INSERT;
      case UPDATE -> StatementKind.UPDATE;
      case DELETE -> StatementKind.DELETE;
      case MERGE -> StatementKind.MERGE;
      case WITH -> StatementKind.WITH;
      case VALUES -> StatementKind.VALUES;
      case TABLE -> StatementKind.TABLE;
      case COPY -> StatementKind.COPY;
      case LOAD -> StatementKind.LOAD;
      case DO -> StatementKind.DO;
      case CALL -> StatementKind.CALL;
      case LOCK -> StatementKind.LOCK;
      case VACUUM -> StatementKind.VACUUM;
      case ANALYZE, ANALYSE -> StatementKind.ANALYZE;
      case CLUSTER -> StatementKind.CLUSTER;
      case REINDEX -> StatementKind.REINDEX;
      case CHECKPOINT -> StatementKind.CHECKPOINT;
      case TRUNCATE -> StatementKind.TRUNCATE;
      case COMMENT -> StatementKind.COMMENT;
      case GRANT -> StatementKind.GRANT;
      case REVOKE -> StatementKind.REVOKE;
      case REFRESH -> StatementKind.REFRESH;
      default -> StatementKind.OTHER;
    };
  }

  /** Whether the first word says everything about statements of a kind. */
  static boolean isPlain(StatementKind kind) {
    return switch (kind) {
      case SELECT,
          INSERT,
          UPDATE,
          DELETE,
          MERGE,
          VALUES,
          TABLE,
          COPY,
          LOAD,
          DO,
          CALL,
          LOCK,
          VACUUM,
          ANALYZE,
          CLUSTER,
          REINDEX,
          CHECKPOINT,
          TRUNCATE,
          COMMENT,
          GRANT,
          REVOKE,
          REFRESH,
          OTHER ->
          true;
      default -> false;
    };
  }

  /**
   * The statement from the current token to the end: the whole, or what is explained or prepared.
   */
  static Statement inner(Tokens tokens) {
    SourceRange range = tokens.rest(tokens.mark());
    if (tokens.kind() == SqlToken.OPEN) {
      return new Statement.Plain(StatementKind.SELECT, range);
    }
    Word first = tokens.word();
    StatementKind kind = kind(first);
    if (first == null || isPlain(kind)) {
      return new Statement.Plain(kind, range);
    }
    tokens.advance();
    Statement parsed = parse(tokens, first, kind, range);
    return parsed == null ? new Statement.Malformed(kind, range) : parsed;
  }

  private static @Nullable Statement parse(
      Tokens tokens, Word first, StatementKind kind, SourceRange range) {
    return switch (kind) {
      case BEGIN -> TransactionParser.begin(tokens, range, first == Word.START);
      case COMMIT -> TransactionParser.commit(tokens, range, first == Word.COMMIT);
      case ROLLBACK -> TransactionParser.rollback(tokens, range, first == Word.ROLLBACK);
      case SAVEPOINT -> TransactionParser.savepoint(tokens, range);
      case RELEASE -> TransactionParser.release(tokens, range);
      case SET -> SettingParser.set(tokens, range);
      case RESET -> SettingParser.reset(tokens, range);
      case SHOW -> SettingParser.show(tokens, range);
      case DISCARD -> SessionParser.discard(tokens, range);
      case PREPARE -> SessionParser.prepare(tokens, range);
      case EXECUTE -> SessionParser.execute(tokens, range);
      case DEALLOCATE -> SessionParser.deallocate(tokens, range);
      case LISTEN -> SessionParser.listen(tokens, range);
      case UNLISTEN -> SessionParser.unlisten(tokens, range);
      case NOTIFY -> SessionParser.notifyChannel(tokens, range);
      case DECLARE_CURSOR -> SessionParser.declare(tokens, range);
      case CLOSE -> SessionParser.close(tokens, range);
      case FETCH, MOVE -> SessionParser.fetch(tokens, kind, range);
      case EXPLAIN -> SessionParser.explain(tokens, range);
      case CREATE -> DefinitionParser.create(tokens, range);
      case DROP -> DefinitionParser.drop(tokens, range);
      case ALTER -> DefinitionParser.alter(tokens, range);
      case WITH -> new Statement.With(range, mainOfWith(tokens));
      default -> null;
    };
  }

  /** What follows a WITH clause: the first such word outside of parentheses. */
  private static StatementKind mainOfWith(Tokens tokens) {
    boolean nameFollows = true;
    while (!tokens.atEnd()) {
      StatementKind kind = tokens.depth() == 0 ? mainKind(tokens.word()) : null;
      if (kind != null && !nameFollows) {
        return kind;
      }
      nameFollows = tokens.kind() == SqlToken.COMMA || tokens.at(Word.RECURSIVE);
      tokens.advance();
    }
    return StatementKind.SELECT; // in parentheses
  }

  /** The kind of statement that a word begins behind a WITH clause; null for any other word. */
  static @Nullable StatementKind mainKind(@Nullable Word word) {
    if (word == null) {
      return null;
    }
    return switch (word) {
      case SELECT -> StatementKind.SELECT;
      case VALUES -> StatementKind.VALUES;
      case TABLE -> StatementKind.TABLE;
      case INSERT -> StatementKind.INSERT;
      case UPDATE -> StatementKind.UPDATE;
      case DELETE -> StatementKind.DELETE;
      case MERGE -> StatementKind.MERGE;
      default -> null;
    };
  }
}

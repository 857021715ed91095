package dev.howdah.pooler.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Statements about prepared statements, channels and cursors, DISCARD and EXPLAIN (docs: "SQL
 * Commands"). Each method begins behind the statement's first word, and answers null for what
 * PostgreSQL would not accept.
 */
final class SessionParser {
  private SessionParser() {}

  /** DISCARD. */
  static @Nullable Statement discard(Tokens tokens, SourceRange range) {
    Word what = tokens.word();
    tokens.advance();
    if (what == null || !tokens.atEnd()) {
      return null;
    }
    return switch (what) {
      case ALL -> new Statement.Discard(range, Statement.Discard.What.ALL);
      case PLANS -> new Statement.Discard(range, Statement.Discard.What.PLANS);
      case SEQUENCES -> new Statement.Discard(range, Statement.Discard.What.SEQUENCES);
      case TEMP, TEMPORARY -> new Statement.Discard(range, Statement.Discard.What.TEMP);
      default -> null;
    };
  }

  /** PREPARE of a statement or a transaction. */
  static @Nullable Statement prepare(Tokens tokens, SourceRange range) {
    int mark = tokens.mark();
    if (tokens.accept(Word.TRANSACTION) && tokens.kind().isString()) {
      return TransactionParser.twoPhase(tokens, StatementKind.PREPARE_TRANSACTION, range);
    }
    tokens.backTo(mark);
    SqlName name = tokens.name();
    if (name == null || !skipParentheses(tokens) || !tokens.accept(Word.AS) || tokens.atEnd()) {
      return null;
    }
    return isNested(tokens)
        ? null
        : new Statement.Prepare(range, name, StatementParser.inner(tokens));
  }

  /** EXECUTE. */
  static Statement.@Nullable Execute execute(Tokens tokens, SourceRange range) {
    SqlName name = tokens.name();
    if (name == null || !skipParentheses(tokens)) {
      return null;
    }
    // CREATE TABLE ... AS EXECUTE may go on with WITH [NO] DATA.
    return tokens.atEnd() || tokens.at(Word.WITH) ? new Statement.Execute(range, name) : null;
  }

  /** DEALLOCATE. */
  static @Nullable Statement deallocate(Tokens tokens, SourceRange range) {
    int mark = tokens.mark();
    if (tokens.accept(Word.PREPARE) && tokens.atEnd()) {
      tokens.backTo(mark); // a statement of this name
    }
    if (tokens.accept(Word.ALL)) {
      return tokens.atEnd() ? new Statement.Deallocate(range, null) : null;
    }
    SqlName name = tokens.name();
    return name == null || !tokens.atEnd() ? null : new Statement.Deallocate(range, name);
  }

  /** LISTEN. */
  static @Nullable Statement listen(Tokens tokens, SourceRange range) {
    SqlName channel = tokens.name();
    return channel == null || !tokens.atEnd() ? null : new Statement.Listen(range, channel);
  }

  /** UNLISTEN. */
  static @Nullable Statement unlisten(Tokens tokens, SourceRange range) {
    if (tokens.atOperator('*')) {
      tokens.advance();
      return tokens.atEnd() ? new Statement.Unlisten(range, null) : null;
    }
    SqlName channel = tokens.name();
    return channel == null || !tokens.atEnd() ? null : new Statement.Unlisten(range, channel);
  }

  /** NOTIFY. */
  static @Nullable Statement notifyChannel(Tokens tokens, SourceRange range) {
    SqlName channel = tokens.name();
    if (channel != null && tokens.accept(SqlToken.COMMA)) {
      if (!tokens.kind().isString()) {
        return null;
      }
      tokens.advance();
    }
    return channel == null || !tokens.atEnd() ? null : new Statement.Notify(range, channel);
  }

  /** DECLARE. */
  static @Nullable Statement declare(Tokens tokens, SourceRange range) {
    SqlName name = tokens.name();
    while (name != null && tokens.kind() == SqlToken.WORD && !tokens.at(Word.CURSOR)) {
      tokens.advance(); // BINARY, INSENSITIVE, NO SCROLL ...
    }
    if (name == null || !tokens.accept(Word.CURSOR)) {
      return null;
    }
    boolean withHold = tokens.accept(Word.WITH);
    if ((withHold || tokens.accept(Word.WITHOUT)) && !tokens.accept(Word.HOLD)) {
      return null;
    }
    return tokens.accept(Word.FOR) && !tokens.atEnd()
        ? new Statement.DeclareCursor(range, name, withHold)
        : null;
  }

  /** CLOSE. */
  static @Nullable Statement close(Tokens tokens, SourceRange range) {
    if (tokens.accept(Word.ALL)) {
      return tokens.atEnd() ? new Statement.Close(range, null) : null;
    }
    SqlName name = tokens.name();
    return name == null || !tokens.atEnd() ? null : new Statement.Close(range, name);
  }

  /** FETCH and MOVE: whatever the direction, the cursor comes last. */
  static @Nullable Statement fetch(Tokens tokens, StatementKind kind, SourceRange range) {
    SqlName name = null;
    while (!tokens.atEnd()) {
      name = tokens.name();
      if (name == null) {
        tokens.advance(); // a count
      }
    }
    return name == null ? null : new Statement.Fetch(kind, range, name);
  }

  /** EXPLAIN. */
  static @Nullable Statement explain(Tokens tokens, SourceRange range) {
    boolean analyze = false;
    if (tokens.kind() == SqlToken.OPEN && !opensQuery(tokens)) {
      analyze = analyzeOption(tokens);
      if (!tokens.accept(SqlToken.CLOSE)) {
        return null;
      }
    } else {
      analyze = tokens.accept(Word.ANALYZE) || tokens.accept(Word.ANALYSE);
      if (tokens.kind() == SqlToken.WORD && "verbose".equals(tokens.value())) {
        tokens.advance();
      }
    }
    if (tokens.atEnd() || isNested(tokens)) {
      return null;
    }
    return new Statement.Explain(range, analyze, StatementParser.inner(tokens));
  }

  /** Neither statement may hold another of its kind, so that there is no depth to this. */
  private static boolean isNested(Tokens tokens) {
    return tokens.at(Word.EXPLAIN) || tokens.at(Word.PREPARE);
  }

  private static boolean opensQuery(Tokens tokens) {
    int mark = tokens.mark();
    tokens.advance();
    boolean opens =
        tokens.at(Word.SELECT)
            || tokens.at(Word.VALUES)
            || tokens.at(Word.WITH)
            || tokens.at(Word.TABLE)
            || tokens.kind() == SqlToken.OPEN;
    tokens.backTo(mark);
    return opens;
  }

  /** Reads a list of options up to its closing parenthesis: whether ANALYZE is on. */
  private static boolean analyzeOption(Tokens tokens) {
    boolean analyze = false;
    do {
      tokens.advance();
      if (tokens.accept(Word.ANALYZE) || tokens.accept(Word.ANALYSE)) {
        boolean bare = tokens.kind() == SqlToken.COMMA || tokens.kind() == SqlToken.CLOSE;
        analyze =
            bare
                || switch (tokens.value().toLowerCase(Locale.ROOT)) {
                  case "off", "false", "0" -> false;
                  default -> true;
                };
      }
      while (!tokens.atEnd()
          && tokens.kind() != SqlToken.COMMA
          && tokens.kind() != SqlToken.CLOSE) {
        tokens.advance();
      }
    } while (tokens.kind() == SqlToken.COMMA);
    return analyze;
  }

  /** Takes a pair of parentheses with what is in it, if one begins here; false without its end. */
  static boolean skipParentheses(Tokens tokens) {
    if (tokens.kind() != SqlToken.OPEN) {
      return true;
    }
    int outside = tokens.depth() - 1;
    while (!tokens.atEnd() && tokens.depth() > outside) {
      tokens.advance();
    }
    return tokens.accept(SqlToken.CLOSE);
  }
}

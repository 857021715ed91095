package dev.howdah.pooler.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sees every token of a text once and notes what names give away: calls of functions, INTO TEMP,
 * {@code pg_temp}, updates of {@code pg_settings}. Looks up only words with a parenthesis behind
 * them and the few that begin like one of the others. Reusable, one thread at a time.
 */
final class SuspicionWatch {
  private static final byte[] NOTHING = new byte[0];
  private static final int CALLS_MAX = 16;
  private static final int ARGUMENT_TOKENS_MAX = 100;
  private static final SetConfigCall ANY_SETTING =
      new SetConfigCall(null, SetConfigCall.Reach.UNKNOWN);

  private final SqlScanner ahead = new SqlScanner();
  private final List<SetConfigCall> calls = new ArrayList<>();
  private byte[] text = NOTHING;
  private int limit;
  private boolean standardStrings;

  private int suspicions;
  private boolean parameters;
  private StatementKind statement = StatementKind.OTHER;
  private @Nullable StatementKind withMain;
  private boolean looksAtUnknown;
  private boolean expectsTemp;
  private boolean distinctOn;

  /** The last two tokens, and the word that the last one was. */
  private SqlToken previous = SqlToken.SEMICOLON;

  private SqlToken beforePrevious = SqlToken.SEMICOLON;
  private int nameStart;
  private int nameEnd;
  private SqlToken nameKind = SqlToken.END;

  /** What qualifies the name: {@code schema} in {@code schema.name}; END when nothing does. */
  private SqlToken schemaKind = SqlToken.END;

  private int schemaStart;
  private int schemaEnd;

  /** The token before the name and what qualifies it. */
  private SqlToken context = SqlToken.SEMICOLON;

  private int contextStart;
  private int contextEnd;

  /** Begins a text. */
  void begin(byte[] newText, int end, boolean standard) {
    text = newText;
    limit = end;
    standardStrings = standard;
    suspicions = 0;
    parameters = false;
    if (!calls.isEmpty()) {
      calls.clear();
    }
    beginStatement(StatementKind.OTHER);
  }

  /** Forgets the text. */
  void release() {
    text = NOTHING;
    ahead.release();
  }

  /** Begins a statement; its first token comes next. */
  void beginStatement(StatementKind kind) {
    statement = kind;
    withMain = null;
    expectsTemp = false;
    distinctOn = false;
    previous = SqlToken.SEMICOLON;
    beforePrevious = SqlToken.SEMICOLON;
    looksAtUnknown =
        switch (kind) {
          case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE -> true;
          case COPY, EXPLAIN, PREPARE, EXECUTE, DECLARE_CURSOR, CALL -> true;
          default -> false;
        };
  }

  /** The suspicions of the text so far. */
  int suspicions() {
    return suspicions;
  }

  /** Adds a suspicion that was found elsewhere. */
  void suspect(Suspicion suspicion) {
    suspicions |= suspicion.bit();
  }

  /** Whether the text has had a parameter. */
  boolean hasParameters() {
    return parameters;
  }

  /** The calls of set_config so far. */
  List<SetConfigCall> calls() {
    return calls;
  }

  /** What follows the WITH clause of the current statement. */
  StatementKind withMain() {
    return withMain == null ? StatementKind.SELECT : withMain; // a SELECT in parentheses
  }

  /** The scanner's current token. */
  void token(SqlScanner scanner) {
    SqlToken kind = scanner.kind();
    switch (kind) {
      case WORD, QUOTED_WORD, UNICODE_WORD -> word(kind, scanner);
      case OPEN -> {
        if (previous.isWord()) {
          call(scanner.end(), scanner.depth());
        }
      }
      case PARAMETER -> parameters = true;
      default -> {}
    }
    beforePrevious = previous;
    previous = kind;
  }

  private void word(SqlToken kind, SqlScanner scanner) {
    if (previous == SqlToken.DOT && beforePrevious.isWord()) {
      schemaKind = nameKind;
      schemaStart = nameStart;
      schemaEnd = nameEnd;
    } else {
      schemaKind = SqlToken.END;
      context = previous;
      contextStart = nameStart;
      contextEnd = nameEnd;
    }
    nameKind = kind;
    nameStart = scanner.start();
    nameEnd = scanner.end();
    if (kind != SqlToken.WORD) {
      if (nameEnd - nameStart >= 9) {
        quotedWord();
      }
      return;
    }
    int length = nameEnd - nameStart;
    int first = text[nameStart] | 0x20;
    if (expectsTemp) {
      temporaryAfterInto();
    }
    if (first == 'i' && length == 4) {
      into();
    } else if (first == 'p' && length >= 7 && text[nameStart + 2] == '_') {
      catalogName(SqlText.name(text, kind, nameStart, nameEnd));
    } else if (first == 'o' && length == 2 && contextEnd - contextStart == 8) {
      distinctOn |= contextWord() == Word.DISTINCT;
    } else if (first == 'a' && length == 2 && statement == StatementKind.CREATE) {
      looksAtUnknown = true; // CREATE TABLE ... AS
    }
    if (statement == StatementKind.WITH && withMain == null && scanner.depth() == 0) {
      mainOfWith();
    }
  }

  private void quotedWord() {
    int body = nameStart + (nameKind == SqlToken.QUOTED_WORD ? 1 : 3);
    if (nameKind == SqlToken.UNICODE_WORD || (text[body] == 'p' && text[body + 2] == '_')) {
      catalogName(SqlText.name(text, nameKind, nameStart, nameEnd));
    }
  }

  private void mainOfWith() {
    Word before = contextWord();
    if (context != SqlToken.COMMA && before != Word.WITH && before != Word.RECURSIVE) {
      withMain = StatementParser.mainKind(Word.at(text, nameStart, nameEnd));
    }
  }

  /** SELECT INTO TEMP; the INTO of INSERT and MERGE means nothing. */
  private void into() {
    if (Word.at(text, nameStart, nameEnd) == Word.INTO) {
      Word before = contextWord();
      expectsTemp = before != Word.INSERT && before != Word.MERGE;
    }
  }

  private void temporaryAfterInto() {
    Word word = Word.at(text, nameStart, nameEnd);
    if (word == Word.TEMP || word == Word.TEMPORARY) {
      suspect(Suspicion.TEMP_OBJECT);
    }
    expectsTemp = word == Word.LOCAL || word == Word.GLOBAL;
  }

  private void catalogName(String name) {
    if (name.startsWith("pg_temp") && (name.length() == 7 || name.charAt(7) == '_')) {
      suspect(statement == StatementKind.SET ? Suspicion.TEMP_SEARCH_PATH : Suspicion.TEMP_OBJECT);
    } else if (name.equals("pg_settings")) {
      Word before = contextWord();
      boolean onlyInParentheses =
          context == SqlToken.OPEN && statement != StatementKind.SELECT; // ONLY (pg_settings)
      if (before == Word.UPDATE || before == Word.ONLY || onlyInParentheses) {
        suspect(Suspicion.SET_CONFIG); // a rule of the view calls set_config(..., false)
        addCall(new SetConfigCall(null, SetConfigCall.Reach.SESSION));
      }
    }
  }

  private @Nullable Word contextWord() {
    return context == SqlToken.WORD ? Word.at(text, contextStart, contextEnd) : null;
  }

  private void call(int arguments, int depth) {
    int found = find(nameKind, nameStart, nameEnd);
    int raised = FunctionNames.suspicions(found);
    if (raised != 0) {
      suspicions |= raised;
      if ((raised & Suspicion.SET_CONFIG.bit()) != 0) {
        addCall(readSetConfig(arguments));
      }
    }
    if (looksAtUnknown && !isKnown(found) && mayBeCall(depth)) {
      suspect(Suspicion.UNKNOWN_FUNCTION);
    }
  }

  private int find(SqlToken kind, int start, int end) {
    return switch (kind) {
      case WORD -> FunctionNames.find(text, start, end, true);
      case QUOTED_WORD -> FunctionNames.find(text, start + 1, end - 1, false);
      default -> {
        byte[] name = SqlText.name(text, kind, start, end).getBytes(StandardCharsets.UTF_8);
        yield FunctionNames.find(name, 0, name.length, false);
      }
    };
  }

  private boolean isKnown(int found) {
    if (schemaKind == SqlToken.END) {
      return FunctionNames.isBuiltIn(found)
          || (nameKind == SqlToken.WORD && FunctionNames.isKeyword(found));
    }
    if (!FunctionNames.isBuiltIn(found)) {
      return false;
    }
    String schema = SqlText.name(text, schemaKind, schemaStart, schemaEnd);
    return schema.equals("pg_catalog") || schema.equals("information_schema");
  }

  /** Whether an unknown name with a parenthesis behind it stands where a function may. */
  private boolean mayBeCall(int depth) {
    if (context == SqlToken.CAST) {
      return false; // a type with its length
    }
    if (context == SqlToken.COMMA) {
      // The next name in a WITH clause.
      return !(statement == StatementKind.WITH && withMain == null && depth == 1);
    }
    if (context == SqlToken.CLOSE) {
      return distinctOn; // otherwise an alias with its columns
    }
    if (context != SqlToken.WORD) {
      return !context.isWord(); // behind a name: an alias
    }
    Word before = contextWord();
    if (before == null) {
      return FunctionNames.isKeyword(FunctionNames.find(text, contextStart, contextEnd, true));
    }
    return switch (before) {
      case INTO, AS, WITH, RECURSIVE, PREPARE, EXECUTE, COPY, TABLE, INDEX, VIEW -> false;
      default -> true;
    };
  }

  private void addCall(SetConfigCall call) {
    if (calls.size() < CALLS_MAX) {
      calls.add(call);
    } else {
      calls.set(CALLS_MAX - 1, ANY_SETTING);
    }
  }

  /** Looks ahead over the arguments of set_config, but not for ever. */
  private SetConfigCall readSetConfig(int arguments) {
    ahead.restart(text, arguments, limit, standardStrings);
    SqlToken kind = ahead.next();
    String literal = kind.isString() ? SqlText.value(text, kind, ahead.start(), ahead.end()) : null;
    SqlToken second = ahead.next();
    String name =
        literal != null && second == SqlToken.COMMA ? literal.toLowerCase(Locale.ROOT) : null;
    int depth = 0;
    int commas = 0;
    for (int i = 0; i < ARGUMENT_TOKENS_MAX && kind != SqlToken.END && depth >= 0; i++) {
      kind = i == 0 ? second : ahead.next();
      switch (kind) {
        case OPEN -> depth++;
        case CLOSE -> depth--;
        case COMMA -> {
          if (depth == 0 && ++commas == 2) {
            return new SetConfigCall(name, readReach());
          }
        }
        default -> {}
      }
    }
    return new SetConfigCall(name, SetConfigCall.Reach.UNKNOWN);
  }

  private SetConfigCall.Reach readReach() {
    if (ahead.next() != SqlToken.WORD) {
      return SetConfigCall.Reach.UNKNOWN;
    }
    Word word = Word.at(text, ahead.start(), ahead.end());
    if (ahead.next() != SqlToken.CLOSE) {
      return SetConfigCall.Reach.UNKNOWN;
    }
    return word == Word.TRUE
        ? SetConfigCall.Reach.TRANSACTION
        : word == Word.FALSE ? SetConfigCall.Reach.SESSION : SetConfigCall.Reach.UNKNOWN;
  }
}

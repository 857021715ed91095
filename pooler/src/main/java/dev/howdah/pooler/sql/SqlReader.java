package dev.howdah.pooler.sql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a text of a Query or a Parse message does to its session.
 *
 * <p>Every token is looked at once; a statement about a session is looked at once more for its
 * record. A text with nothing of interest gets facts that are made already, without allocation.
 * Never throws, whatever the text holds, and keeps no reference to it. Reusable, one thread at a
 * time: one for each event loop.
 */
public final class SqlReader {
  private static final int STATEMENTS_MAX = 10_000;
  private static final int SCRATCH_BYTES_MAX = 64 << 10;
  private static final byte[] NOTHING = new byte[0];

  private final SqlScanner scanner = new SqlScanner();
  private final SuspicionWatch watch = new SuspicionWatch();
  private final RoutineBody body = new RoutineBody();
  private final StatementParser parser = new StatementParser();
  private final List<Statement> statements = new ArrayList<>();
  private byte[] scratch = NOTHING;

  private byte[] text = NOTHING;
  private int textStart;
  private boolean standardStrings;
  private @Nullable Unreadable problem;

  private boolean inStatement;

  /** A semicolon was seen; what it ends is kept when another statement follows. */
  private boolean separated;

  private int statementStart;
  private int statementEnd;
  private StatementKind kind = StatementKind.OTHER;
  private String firstWord = "";
  private boolean anyStatement;

  /**
   * Reads a text.
   *
   * @param bytes must not change meanwhile
   * @param offset of the text in {@code bytes}
   * @param length without the zero byte that ends a string of the protocol
   */
  public StatementFacts read(byte[] bytes, int offset, int length, SqlRules rules) {
    text = bytes;
    textStart = offset;
    standardStrings = rules.standardStrings();
    problem = null;
    firstWord = "";
    anyStatement = false;
    inStatement = false;
    scanner.reset(bytes, offset, length, rules);
    watch.begin(bytes, offset + length, standardStrings);
    scan();
    StatementFacts facts = facts(Hints.read(bytes, offset, offset + length));
    release();
    return facts;
  }

  /**
   * Reads a text in a buffer, whose indexes stay as they are. Text in a direct buffer is copied to
   * a scratch array first, which is faster than reading it in place; one of more than 64 kB to an
   * array of its own.
   *
   * @param index of the text in {@code buffer}
   * @param length without the zero byte that ends a string of the protocol
   */
  public StatementFacts read(ByteBuf buffer, int index, int length, SqlRules rules) {
    if (buffer.hasArray()) {
      return read(buffer.array(), buffer.arrayOffset() + index, length, rules);
    }
    byte[] copy = scratch(length);
    buffer.getBytes(index, copy, 0, length);
    return read(copy, 0, length, rules);
  }

  /** Reads a text as UTF-8 with {@link SqlRules#STANDARD}. */
  public StatementFacts read(String sql) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return read(bytes, 0, bytes.length, SqlRules.STANDARD);
  }

  private byte[] scratch(int length) {
    if (length > SCRATCH_BYTES_MAX) {
      return new byte[length];
    }
    if (scratch.length < length) {
      scratch = new byte[Math.max(512, Integer.highestOneBit(length - 1) << 1)];
    }
    return scratch;
  }

  private void scan() {
    separated = false;
    SqlToken token = scanner.next();
    while (token != SqlToken.END && problem == null) {
      if (token == SqlToken.SEMICOLON && scanner.depth() == 0 && !body.isOpen()) {
        separated = true;
      } else {
        if (separated) {
          endStatement();
        }
        if (!inStatement) {
          beginStatement(token);
        } else if (body.isWatching()) {
          body.token(token, text, scanner);
        }
        watch.token(scanner);
        statementEnd = scanner.end();
      }
      token = scanner.next();
    }
    if (problem == null) {
      problem = scanner.problem();
    }
    if (problem == null && inStatement && anyStatement) {
      endStatement();
    }
  }

  private void beginStatement(SqlToken token) {
    inStatement = true;
    statementStart = scanner.start();
    Word word = token == SqlToken.WORD ? Word.at(text, scanner.start(), scanner.end()) : null;
    kind = token == SqlToken.OPEN ? StatementKind.SELECT : StatementParser.kind(word);
    if (firstWord.isEmpty() && !anyStatement && token == SqlToken.WORD) {
      firstWord =
          word != null ? word.text() : SqlText.name(text, token, scanner.start(), scanner.end());
    }
    body.beginStatement(word == Word.CREATE);
    watch.beginStatement(kind);
  }

  /** Keeps the statement that just ended, unless it is the only one and plain. */
  private void endStatement() {
    separated = false;
    if (!inStatement) {
      return;
    }
    inStatement = false;
    anyStatement = true;
    if (statements.size() == STATEMENTS_MAX) {
      problem = Unreadable.TOO_MANY_STATEMENTS;
      return;
    }
    statements.add(record());
  }

  private Statement record() {
    if (StatementParser.isPlain(kind)) {
      suspectKind(kind);
      return new Statement.Plain(kind, range());
    }
    if (kind == StatementKind.WITH) {
      return new Statement.With(range(), watch.withMain());
    }
    Statement parsed = parser.parse(text, textStart, statementStart, statementEnd, standardStrings);
    suspect(parsed);
    return parsed;
  }

  private SourceRange range() {
    return new SourceRange(statementStart - textStart, statementEnd - textStart);
  }

  private void suspectKind(StatementKind plain) {
    switch (plain) {
      case LOAD -> watch.suspect(Suspicion.LOAD);
      case DO -> watch.suspect(Suspicion.DO);
      case CALL -> watch.suspect(Suspicion.CALL);
      default -> {}
    }
  }

  private void suspect(Statement statement) {
    switch (statement) {
      case Statement.Malformed _ -> watch.suspect(Suspicion.MALFORMED);
      case Statement.DeclareCursor declared when declared.withHold() ->
          watch.suspect(Suspicion.HELD_CURSOR);
      case Statement.Create created when created.temporary() && !created.onCommitDrop() ->
          watch.suspect(Suspicion.TEMP_OBJECT);
      case Statement.SetSetting set -> suspect(set);
      case Statement.Explain explained -> suspect(explained.query());
      default -> {}
    }
  }

  private void suspect(Statement.SetSetting set) {
    String name = set.name().text();
    if (name.equals("session_authorization") && !set.local() && !set.isDefault()) {
      watch.suspect(Suspicion.SESSION_AUTHORIZATION);
    }
    if (name.equals("search_path")) {
      for (String value : set.values()) {
        if (value.contains("pg_temp")) {
          watch.suspect(Suspicion.TEMP_SEARCH_PATH);
        }
      }
    }
  }

  private StatementFacts facts(Map<String, String> hints) {
    if (problem != null) {
      return StatementFacts.unreadable(problem, firstWord);
    }
    if (!anyStatement && hints.isEmpty()) {
      if (!inStatement) {
        return PlainFacts.EMPTY;
      }
      StatementFacts plain =
          PlainFacts.of(kind, watch.withMain(), watch.suspicions(), watch.hasParameters());
      if (plain != null && plain.firstWord().equals(firstWord)) {
        return plain;
      }
    }
    if (inStatement) {
      endStatement();
    }
    return new StatementFacts(
        statements,
        watch.suspicions(),
        watch.calls(),
        watch.hasParameters(),
        firstWord,
        hints,
        null);
  }

  private void release() {
    text = NOTHING;
    scanner.release();
    watch.release();
    parser.release();
    if (!statements.isEmpty()) {
      statements.clear();
    }
  }
}

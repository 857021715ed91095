package dev.howdah.pooler.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * SET, RESET and SHOW in all their spellings (docs: "SQL Commands"). Each method begins behind the
 * statement's first word, and answers null for what PostgreSQL would not accept.
 */
final class SettingParser {
  private static final List<String> NO_VALUES = List.of();

  private SettingParser() {}

  /** SET. */
  static @Nullable Statement set(Tokens tokens, SourceRange range) {
    boolean local = false;
    if ((tokens.at(Word.LOCAL) || tokens.at(Word.SESSION)) && !isSettingName(tokens)) {
      local = tokens.at(Word.LOCAL);
      int mark = tokens.mark();
      tokens.advance();
      if (tokens.at(Word.AUTHORIZATION) || tokens.at(Word.CHARACTERISTICS)) {
        tokens.backTo(mark); // it is SESSION AUTHORIZATION that is set
      }
    }
    if (tokens.word() == null || isSettingName(tokens)) {
      return plainSetting(tokens, range, local);
    }
    int mark = tokens.mark();
    Word first = tokens.word();
    tokens.advance();
    return switch (first) {
      case TRANSACTION -> transaction(tokens, range);
      case SESSION -> session(tokens, range, local, mark);
      case CONSTRAINTS -> constraints(tokens, range);
      case TIME ->
          tokens.accept(Word.ZONE) ? timeZone(tokens, range, local, tokens.since(mark)) : null;
      case NAMES -> single(tokens, range, local, name("client_encoding", tokens, mark), true);
      case SCHEMA -> single(tokens, range, local, name("search_path", tokens, mark), false);
      case ROLE -> single(tokens, range, local, name("role", tokens, mark), false);
      case XML ->
          tokens.accept(Word.OPTION)
              ? single(tokens, range, local, name("xmloption", tokens, mark), false)
              : null;
      default -> {
        tokens.backTo(mark);
        yield plainSetting(tokens, range, local);
      }
    };
  }

  /** RESET. */
  static @Nullable Statement reset(Tokens tokens, SourceRange range) {
    if (tokens.accept(Word.ALL)) {
      return tokens.atEnd() ? new Statement.Reset(range, null) : null;
    }
    SqlName name = settingToRead(tokens);
    return name == null || !tokens.atEnd() ? null : new Statement.Reset(range, name);
  }

  /** SHOW. */
  static @Nullable Statement show(Tokens tokens, SourceRange range) {
    if (tokens.accept(Word.ALL)) {
      return tokens.atEnd() ? new Statement.Show(range, null) : null;
    }
    SqlName name = settingToRead(tokens);
    return name == null || !tokens.atEnd() ? null : new Statement.Show(range, name);
  }

  /** Whether a keyword is meant as the name of a setting: a dot, TO, = or FROM follows. */
  private static boolean isSettingName(Tokens tokens) {
    int mark = tokens.mark();
    tokens.advance();
    boolean is =
        tokens.kind() == SqlToken.DOT
            || tokens.at(Word.TO)
            || tokens.atOperator('=')
            || tokens.at(Word.FROM);
    tokens.backTo(mark);
    return is;
  }

  private static SqlName name(String text, Tokens tokens, int mark) {
    return new SqlName(text, tokens.since(mark));
  }

  private static @Nullable SqlName settingToRead(Tokens tokens) {
    int mark = tokens.mark();
    if (tokens.accept(Word.TIME) && tokens.accept(Word.ZONE)) {
      return name("timezone", tokens, mark);
    }
    tokens.backTo(mark);
    if (tokens.accept(Word.SESSION) && tokens.accept(Word.AUTHORIZATION)) {
      return name("session_authorization", tokens, mark);
    }
    tokens.backTo(mark);
    if (tokens.accept(Word.TRANSACTION)
        && tokens.accept(Word.ISOLATION)
        && tokens.accept(Word.LEVEL)) {
      return name("transaction_isolation", tokens, mark);
    }
    tokens.backTo(mark);
    return settingName(tokens);
  }

  private static @Nullable SqlName settingName(Tokens tokens) {
    int mark = tokens.mark();
    SqlName part = tokens.name();
    if (part == null) {
      return null;
    }
    StringBuilder whole = new StringBuilder(part.text());
    while (tokens.accept(SqlToken.DOT)) {
      part = tokens.name();
      if (part == null) {
        return null;
      }
      whole.append('.').append(part.text());
    }
    return name(whole.toString().toLowerCase(Locale.ROOT), tokens, mark);
  }

  private static @Nullable Statement plainSetting(Tokens tokens, SourceRange range, boolean local) {
    SqlName name = settingName(tokens);
    if (name == null) {
      return null;
    }
    int mark = tokens.mark();
    if (tokens.accept(Word.FROM)) {
      return tokens.accept(Word.CURRENT) && tokens.atEnd()
          ? new Statement.SetSetting(range, local, name, tokens.since(mark), List.of("current"))
          : null;
    }
    if (tokens.atOperator('=') || tokens.at(Word.TO)) {
      tokens.advance();
      return value(tokens, range, local, name, false);
    }
    return null;
  }

  /** SET NAMES and its like: one value, or where {@code mayBeBare} none. */
  private static @Nullable Statement single(
      Tokens tokens, SourceRange range, boolean local, SqlName name, boolean mayBeBare) {
    if (tokens.atEnd()) {
      return mayBeBare
          ? new Statement.SetSetting(range, local, name, tokens.rest(tokens.mark()), NO_VALUES)
          : null;
    }
    return value(tokens, range, local, name, true);
  }

  private static @Nullable Statement value(
      Tokens tokens, SourceRange range, boolean local, SqlName name, boolean onlyOne) {
    int mark = tokens.mark();
    SourceRange value = tokens.rest(mark);
    if (tokens.accept(Word.DEFAULT)) {
      return tokens.atEnd() ? new Statement.SetSetting(range, local, name, value, NO_VALUES) : null;
    }
    List<String> values = new ArrayList<>(1);
    do {
      String sign = "";
      if (tokens.atOperator('-') || tokens.atOperator('+')) {
        sign = tokens.atOperator('-') ? "-" : "";
        tokens.advance();
        if (tokens.kind() != SqlToken.NUMBER) {
          return null;
        }
      }
      if (!tokens.kind().isWord()
          && !tokens.kind().isString()
          && tokens.kind() != SqlToken.NUMBER) {
        return null;
      }
      values.add(sign + tokens.value());
      tokens.advance();
    } while (!onlyOne && tokens.accept(SqlToken.COMMA));
    return tokens.atEnd()
        ? new Statement.SetSetting(range, local, name, value, List.copyOf(values))
        : null;
  }

  private static @Nullable Statement timeZone(
      Tokens tokens, SourceRange range, boolean local, SourceRange words) {
    SqlName name = new SqlName("timezone", words);
    int mark = tokens.mark();
    if (tokens.accept(Word.LOCAL)) {
      return tokens.atEnd()
          ? new Statement.SetSetting(range, local, name, tokens.rest(mark), NO_VALUES)
          : null;
    }
    Statement simple = tokens.atEnd() ? null : value(tokens, range, local, name, true);
    if (simple == null) {
      tokens.backTo(mark);
      if (tokens.kind() == SqlToken.WORD && "interval".equals(tokens.value())) {
        return new Statement.SetSetting(
            range, local, name, tokens.rest(mark), List.of(tokens.text(mark)));
      }
    }
    return simple;
  }

  private static @Nullable Statement transaction(Tokens tokens, SourceRange range) {
    if (tokens.accept(Word.SNAPSHOT)) {
      if (!tokens.kind().isString()) {
        return null;
      }
      tokens.advance();
      return tokens.atEnd()
          ? new Statement.SetTransaction(range, TransactionModes.NONE, true)
          : null;
    }
    TransactionModes modes = tokens.atEnd() ? null : TransactionParser.modes(tokens);
    return modes == null ? null : new Statement.SetTransaction(range, modes, false);
  }

  private static @Nullable Statement session(
      Tokens tokens, SourceRange range, boolean local, int mark) {
    if (tokens.accept(Word.AUTHORIZATION)) {
      return single(tokens, range, local, name("session_authorization", tokens, mark), false);
    }
    if (!tokens.accept(Word.CHARACTERISTICS)
        || !tokens.accept(Word.AS)
        || !tokens.accept(Word.TRANSACTION)
        || tokens.atEnd()) {
      return null;
    }
    TransactionModes modes = TransactionParser.modes(tokens);
    return modes == null ? null : new Statement.SetSessionCharacteristics(range, local, modes);
  }

  private static Statement constraints(Tokens tokens, SourceRange range) {
    return tokens.atEnd()
        ? new Statement.Malformed(StatementKind.SET_CONSTRAINTS, range)
        : new Statement.Plain(StatementKind.SET_CONSTRAINTS, range);
  }
}

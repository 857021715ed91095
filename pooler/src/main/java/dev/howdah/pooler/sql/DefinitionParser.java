package dev.howdah.pooler.sql;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CREATE, and ALTER and DROP of a database (docs: "SQL Commands"). Each method begins behind the
 * statement's first word.
 */
final class DefinitionParser {
  /** What may stand between CREATE and the kind of object. */
  private static final Set<Word> BEFORE_OBJECT =
      EnumSet.of(
          Word.OR,
          Word.REPLACE,
          Word.GLOBAL,
          Word.LOCAL,
          Word.TEMP,
          Word.TEMPORARY,
          Word.UNLOGGED,
          Word.RECURSIVE,
          Word.UNIQUE,
          Word.TRUSTED,
          Word.PROCEDURAL,
          Word.DEFAULT);

  /** First words of kinds of objects that have two or three. */
  private static final Set<Word> MORE_FOLLOWS =
      EnumSet.of(
          Word.MATERIALIZED,
          Word.FOREIGN,
          Word.EVENT,
          Word.ACCESS,
          Word.CONSTRAINT,
          Word.DATA,
          Word.OPERATOR,
          Word.TEXT,
          Word.USER);

  private DefinitionParser() {}

  /** CREATE. */
  static @Nullable Statement create(Tokens tokens, SourceRange range) {
    if (tokens.accept(Word.DATABASE)) {
      return createDatabase(tokens, range);
    }
    boolean temporary = false;
    while (tokens.word() != null && BEFORE_OBJECT.contains(tokens.word())) {
      temporary |= tokens.at(Word.TEMP) || tokens.at(Word.TEMPORARY);
      tokens.advance();
    }
    Word first = tokens.word();
    if (first == null) {
      return new Statement.Create(range, "", temporary, false, null);
    }
    tokens.advance();
    String object = first.text();
    Word second = tokens.word();
    if (MORE_FOLLOWS.contains(first) && second != null) {
      object += " " + second.text();
    }
    boolean maySayMore = first == Word.TABLE || temporary;
    return maySayMore ? table(tokens, range, object, temporary) : plain(range, object);
  }

  private static Statement plain(SourceRange range, String object) {
    return new Statement.Create(range, object, false, false, null);
  }

  /** Looks for ON COMMIT DROP and AS EXECUTE outside of parentheses. */
  private static Statement table(
      Tokens tokens, SourceRange range, String object, boolean temporary) {
    boolean onCommitDrop = false;
    Statement.Execute execute = null;
    while (!tokens.atEnd()) {
      boolean outside = tokens.depth() == 0;
      if (outside && tokens.accept(Word.ON)) {
        onCommitDrop |= tokens.accept(Word.COMMIT) && tokens.at(Word.DROP);
      } else if (outside && tokens.accept(Word.AS)) {
        int mark = tokens.mark();
        if (tokens.accept(Word.EXECUTE)) {
          SourceRange rest = tokens.rest(mark);
          execute = SessionParser.execute(tokens, rest);
        }
        break; // a query follows, in which ON COMMIT cannot be meant
      } else {
        tokens.advance();
      }
    }
    return new Statement.Create(range, object, temporary, onCommitDrop, execute);
  }

  private static @Nullable Statement createDatabase(Tokens tokens, SourceRange range) {
    SqlName name = tokens.name();
    SqlName template = null;
    while (name != null && !tokens.atEnd()) {
      if (!tokens.accept(Word.TEMPLATE)) {
        tokens.advance();
        continue;
      }
      if (tokens.atOperator('=')) {
        tokens.advance();
      }
      int mark = tokens.mark();
      String value = tokens.value();
      boolean isDefault = tokens.at(Word.DEFAULT);
      if (!tokens.kind().isWord() && !tokens.kind().isString()) {
        return null;
      }
      tokens.advance();
      template = isDefault ? null : new SqlName(value, tokens.since(mark));
    }
    return name == null ? null : new Statement.CreateDatabase(range, name, template);
  }

  /** DROP DATABASE; any other DROP is plain. */
  static @Nullable Statement drop(Tokens tokens, SourceRange range) {
    if (!tokens.accept(Word.DATABASE)) {
      return new Statement.Plain(StatementKind.DROP, range);
    }
    int mark = tokens.mark();
    if (!tokens.accept(Word.IF) || !tokens.accept(Word.EXISTS)) {
      tokens.backTo(mark);
    }
    SqlName name = tokens.name();
    boolean force = false;
    while (!tokens.atEnd()) {
      force |=
          tokens.kind() == SqlToken.WORD && "force".equals(tokens.value().toLowerCase(Locale.ROOT));
      tokens.advance();
    }
    return name == null ? null : new Statement.DropDatabase(range, name, force);
  }

  /** ALTER DATABASE; any other ALTER is plain. */
  static @Nullable Statement alter(Tokens tokens, SourceRange range) {
    if (!tokens.accept(Word.DATABASE)) {
      return new Statement.Plain(StatementKind.ALTER, range);
    }
    SqlName name = tokens.name();
    if (name == null) {
      return null;
    }
    if (tokens.accept(Word.RENAME)) {
      SqlName newName = tokens.accept(Word.TO) ? tokens.name() : null;
      return newName == null ? null : new Statement.AlterDatabase(range, name, newName, true);
    }
    boolean moves = tokens.accept(Word.SET) && tokens.at(Word.TABLESPACE);
    return new Statement.AlterDatabase(range, name, null, moves);
  }
}

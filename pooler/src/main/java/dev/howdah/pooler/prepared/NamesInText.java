package dev.howdah.pooler.prepared;

import dev.howdah.pooler.sql.SourceRange;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of prepared statements in SQL texts: EXECUTE, PREPARE and DEALLOCATE speak of the client's
 * names, also of those that Parse gave, which servers know by names of ours.
 */
final class NamesInText {
  private static final int HEADER_BYTES = 5;

  private NamesInText() {}

  /** Whether a text may have such names, by the first letter of its first word. */
  static boolean mayHave(ByteBuf in, int text) {
    return switch (in.getByte(text) | 0x20) {
      case 'c', 'd', 'e', 'p', ' ', '-', '/', '\n' | 0x20, '\t' | 0x20 -> true;
      default -> false;
    };
  }

  /** The names in a text, in their order. */
  static List<SqlName> of(StatementFacts facts) {
    List<SqlName> names = List.of();
    for (Statement statement : facts.statements()) {
      SqlName name = of(statement);
      if (name != null) {
        names = names.isEmpty() ? new ArrayList<>() : names;
        names.add(name);
      }
    }
    return names;
  }

  private static @Nullable SqlName of(Statement statement) {
    return switch (statement) {
      case Statement.Execute execute -> execute.name();
      case Statement.Prepare prepare -> prepare.name();
      case Statement.Deallocate deallocate -> deallocate.name();
      case Statement.Explain explain -> of(explain.query());
      case Statement.Create create when create.execute() != null -> create.execute().name();
      default -> null;
    };
  }

  /** Whether running a text ends the statement with this name. */
  static boolean deallocates(StatementFacts facts, SqlName name) {
    for (Statement statement : facts.statements()) {
      if (statement instanceof Statement.Deallocate deallocate && name.equals(deallocate.name())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts other names into a message.
   *
   * @param at index of its type byte
   * @param text index of its text
   * @param ours the new name for each of {@code names}; null leaves it
   */
  static void rename(
      ByteBuf in,
      int at,
      int text,
      List<SqlName> names,
      List<@Nullable SharedStatement> ours,
      Splices out) {
    int length = in.getInt(at + 1);
    for (int i = 0; i < names.size(); i++) {
      SharedStatement statement = ours.get(i);
      if (statement != null) {
        SourceRange range = names.get(i).range();
        length += statement.nameBytes() - 1 - (range.end() - range.start());
      }
    }
    out.replace(
        at,
        at + HEADER_BYTES,
        in.alloc().buffer(HEADER_BYTES).writeByte(in.getByte(at)).writeInt(length));
    for (int i = 0; i < names.size(); i++) {
      SharedStatement statement = ours.get(i);
      if (statement != null) {
        SourceRange range = names.get(i).range();
        ByteBuf name = in.alloc().buffer(statement.nameBytes());
        statement.writeName(name);
        out.replace(
            text + range.start(), text + range.end(), name.writerIndex(name.writerIndex() - 1));
      }
    }
  }
}

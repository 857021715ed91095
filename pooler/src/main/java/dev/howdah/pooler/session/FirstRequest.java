package dev.howdah.pooler.session;

import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.routing.RelationVeto;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.pooler.sql.Suspicion;
import dev.howdah.wire.frame.BackendScanner;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the first request of a transaction says of where it may run. Nothing is guessed: a text that
 * only reads, as far as one can see, may still be sent to the primary, and one that leaves anything
 * behind in its session always is. Event loop of the client only.
 */
public final class FirstRequest {
  private static final int HARMLESS =
      Suspicion.UNKNOWN_FUNCTION.bit()
          | Suspicion.SET_CONFIG.bit()
          | Suspicion.LISTENING_CHANNELS.bit();

  private final SessionTracker tracker;
  private final @Nullable ClientStatements statements;

  /** What is found. */
  public enum Verdict {
    /** Nothing speaks against a replica. */
    MAY_READ_ELSEWHERE,
    /** It is about a relation that is read on the primary only. */
    VETOED,
    /** It writes, leaves something behind, or cannot be seen as a whole. */
    NEEDS_PRIMARY
  }

  FirstRequest(SessionTracker tracker, @Nullable ClientStatements statements) {
    this.tracker = tracker;
    this.statements = statements;
  }

  /** Looks at the message at the reader index. */
  public Verdict judge(ByteBuf in, RelationVeto veto) {
    int at = in.readerIndex();
    int end = end(in, at);
    if (end < 0) {
      return Verdict.NEEDS_PRIMARY;
    }
    int text = at + BackendScanner.HEADER_BYTES;
    return switch (in.getByte(at)) {
      case 'Q' -> judge(tracker.read(in, text, end), in, text, end, veto);
      case 'P' -> {
        int name = in.indexOf(text, end, (byte) 0);
        yield name < 0
            ? Verdict.NEEDS_PRIMARY
            : judge(tracker.read(in, name + 1, end), in, name + 1, end, veto);
      }
      case 'B' -> judgeBind(in, at, end, veto);
      default -> Verdict.NEEDS_PRIMARY;
    };
  }

  /** What a comment before the first statement asks of us. */
  public Map<String, String> hints(ByteBuf in) {
    int at = in.readerIndex();
    int end = end(in, at);
    int text = at + BackendScanner.HEADER_BYTES;
    if (end > 0 && in.getByte(at) == 'P') {
      text = in.indexOf(text, end, (byte) 0) + 1;
    } else if (end < 0 || in.getByte(at) != 'Q') {
      return Map.of();
    }
    boolean comment =
        text > 0 && text < end && (in.getByte(text) == '/' || in.getByte(text) == '-');
    return comment ? tracker.read(in, text, end).hints() : Map.of();
  }

  private static int end(ByteBuf in, int at) {
    if (in.readableBytes() < BackendScanner.HEADER_BYTES) {
      return -1;
    }
    long end = at + 1L + (in.getInt(at + 1) & 0xFFFF_FFFFL);
    return end <= in.writerIndex() ? (int) end : -1;
  }

  private Verdict judgeBind(ByteBuf in, int at, int end, RelationVeto veto) {
    ClientStatements names = statements;
    StatementFacts facts = names == null ? null : names.factsOfBind(in, at, end);
    ByteBuf text = names == null ? null : names.textOfBind(in, at, end);
    return facts == null || text == null
        ? Verdict.NEEDS_PRIMARY
        : judge(facts, text, 0, text.readableBytes(), veto);
  }

  private static Verdict judge(
      StatementFacts facts, ByteBuf text, int from, int to, RelationVeto veto) {
    if (facts.cannotBeRead() || (facts.suspicions() & ~HARMLESS) != 0) {
      return Verdict.NEEDS_PRIMARY;
    }
    for (Statement statement : facts.statements()) {
      if (!mayRead(statement)) {
        return Verdict.NEEDS_PRIMARY;
      }
    }
    return veto.isIn(text, from, to) ? Verdict.VETOED : Verdict.MAY_READ_ELSEWHERE;
  }

  private static boolean mayRead(Statement statement) {
    return switch (statement) {
      case Statement.With with -> with.main() == StatementKind.SELECT;
      case Statement.Explain explain -> !explain.analyze() || mayRead(explain.query());
      case Statement.DeclareCursor cursor -> !cursor.withHold();
      default ->
          switch (statement.kind()) {
            case SELECT, VALUES, TABLE, SHOW, SET, SAVEPOINT, RELEASE, COPY -> true;
            default -> false;
          };
    };
  }
}

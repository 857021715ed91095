package dev.howdah.pooler.session;

import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an idle client can be answered without a server, because it concerns only what is kept for
 * the client here: DISCARD ALL with nothing to discard, a Parse of a text that a server has
 * accepted before, a Close, a Sync with nothing before it. Event loop of the client only.
 */
final class LoneAnswers {
  /** Longer texts are none of those. */
  private static final int SHORT_TEXT_BYTES = 64;

  private final SessionTracker tracker;
  private final @Nullable ClientStatements statements;

  LoneAnswers(SessionTracker tracker, @Nullable ClientStatements statements) {
    this.tracker = tracker;
    this.statements = statements;
  }

  /**
   * Answers the message at the reader index of an idle client's bytes, if it concerns only what is
   * kept for the client here.
   *
   * @param in moved behind the message when it was answered
   * @param out the answer is appended
   * @return false when a server has to answer, or the message is not there as a whole
   */
  boolean answer(ByteBuf in, ByteBuf out) {
    int at = in.readerIndex();
    int length = in.getInt(at + 1);
    if (in.readableBytes() < 1 + length) {
      return false;
    }
    int end = at + 1 + length;
    boolean answered =
        switch (in.getByte(at)) {
          case 'Q' -> length <= SHORT_TEXT_BYTES && queryAlone(in, at, end, out);
          case 'P' -> parseAlone(in, at, end, out);
          case 'C' -> closeAlone(in, at, end, out);
          case 'S' -> {
            new ReadyForQuery(TransactionStatus.IDLE).encode(out);
            yield true;
          }
          default -> false;
        };
    if (answered) {
      in.readerIndex(end);
    }
    return answered;
  }

  /** Whether {@link #answer} is worth a try: a look at the first bytes of a message. */
  static boolean mayAnswer(ByteBuf in) {
    int at = in.readerIndex();
    return switch (in.getByte(at)) {
      case 'P', 'C', 'S' -> true;
      case 'Q' -> {
        int first =
            in.readableBytes() > BackendScanner.HEADER_BYTES
                ? in.getByte(at + BackendScanner.HEADER_BYTES) | 0x20
                : 0;
        yield first == 'd' || first == 'r' || first == 'u';
      }
      default -> false;
    };
  }

  private boolean parseAlone(ByteBuf in, int at, int end, ByteBuf out) {
    int nameEnd = in.indexOf(at + BackendScanner.HEADER_BYTES, end, (byte) 0);
    boolean known =
        statements != null
            && nameEnd >= 0
            && statements.parseAlone(
                in,
                at,
                nameEnd,
                end,
                tracker.searchPath(),
                () -> tracker.read(in, nameEnd + 1, end));
    if (known) {
      new ParseComplete().encode(out);
    }
    return known;
  }

  private boolean closeAlone(ByteBuf in, int at, int end, ByteBuf out) {
    boolean known = statements != null && statements.closeAlone(in, at, end);
    if (known) {
      new CloseComplete().encode(out);
    }
    return known;
  }

  private boolean queryAlone(ByteBuf in, int at, int end, ByteBuf out) {
    if (!tracker.follows()) {
      return false;
    }
    StatementFacts facts = tracker.read(in, at + BackendScanner.HEADER_BYTES, end);
    String tag = facts.statements().size() == 1 ? tagOf(facts.statements().getFirst()) : null;
    if (tag == null) {
      return false;
    }
    if (statements != null) {
      statements.onQuery();
    }
    new CommandComplete(tag).encode(out);
    new ReadyForQuery(TransactionStatus.IDLE).encode(out);
    return true;
  }

  /** Carries out what concerns only us; the tag of its answer, or null when it is not so. */
  @Nullable String tagOf(Statement statement) {
    return switch (statement) {
      case Statement.Discard discard
          when discard.what() == Statement.Discard.What.ALL && tracker.isAtBaseline() -> {
        deallocateAll();
        tracker.channels().unsubscribe(null);
        yield "DISCARD ALL";
      }
      case Statement.Reset(var _, SqlName name) when name == null && tracker.isAtBaseline() ->
          "RESET";
      case Statement.Unlisten(var _, SqlName name) -> {
        tracker.channels().unsubscribe(name == null ? null : name.text());
        yield "UNLISTEN";
      }
      case Statement.Deallocate(var _, SqlName name) when name == null -> {
        deallocateAll();
        yield "DEALLOCATE ALL";
      }
      case Statement.Deallocate(var _, SqlName name)
          when name != null && statements != null && statements.deallocate(name.text()) ->
          "DEALLOCATE";
      default -> null;
    };
  }

  private void deallocateAll() {
    if (statements != null) {
      statements.deallocateAll();
    }
  }
}

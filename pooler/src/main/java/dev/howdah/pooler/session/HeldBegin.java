package dev.howdah.pooler.session;

import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that a client has begun and of which no server knows yet. BEGIN is answered here;
 * the server gets it together with the first statement that needs one, and never if the transaction
 * ends before. Event loop of the client only.
 *
 * <p>Only what PostgreSQL is sure to accept is answered: everything else, such as a second BEGIN or
 * COMMIT AND CHAIN, goes to the server, behind the BEGIN that was held back.
 */
public final class HeldBegin {
  /** Longer texts are none of those. */
  private static final int SHORT_TEXT_BYTES = 512;

  private final SessionTracker tracker;
  private final @Nullable ClientStatements statements;
  private boolean open;
  private TransactionModes modes = TransactionModes.NONE;
  private Map<String, String> hints = Map.of();

  /** What became of a message. */
  public enum Answer {
    /** It was answered. */
    GIVEN,
    /** A server has to answer it. */
    NOT_OURS,
    /** More of it has to come before anybody can say. */
    INCOMPLETE
  }

  /** A statement that can be answered here, and the tag of its answer. */
  private record Command(Statement statement, String tag, Map<String, String> hints) {}

  HeldBegin(SessionTracker tracker, @Nullable ClientStatements statements) {
    this.tracker = tracker;
    this.statements = statements;
  }

  /** Whether the client is in a transaction that no server knows of. */
  public boolean isOpen() {
    return open;
  }

  /** What the transaction was begun with. */
  public TransactionModes modes() {
    return modes;
  }

  /** What a comment before BEGIN asked of us. */
  public Map<String, String> hints() {
    return hints;
  }

  /** A server knows of it now. */
  public void onSent() {
    open = false;
  }

  /** The transaction is to be sent once more, to another server. */
  public void reopen(TransactionModes again) {
    open = true;
    modes = again;
  }

  /**
   * Answers the message at the reader index of an unlinked client's bytes, if it can be.
   *
   * @param in moved behind the message when it was answered
   * @param out the answer is appended
   * @param mayBegin whether a BEGIN may be held back
   */
  public Answer answer(ByteBuf in, ByteBuf out, boolean mayBegin) {
    int at = in.readerIndex();
    byte type = in.getByte(at);
    if (!open && !mayBegin) {
      return Answer.NOT_OURS;
    }
    int length = in.getInt(at + 1);
    boolean whole = in.readableBytes() > length;
    int end = at + 1 + length;
    Answer answer =
        switch (type) {
          case 'Q' -> query(in, at, length, whole, out, mayBegin);
          case 'P' -> whole ? parse(in, at, end, out, mayBegin) : Answer.NOT_OURS;
          case 'B' -> bind(in, at, out, mayBegin);
          case 'S' -> sync(whole, out);
          default -> Answer.NOT_OURS;
        };
    if (answer == Answer.GIVEN && in.readerIndex() == at) {
      in.readerIndex(end);
    }
    return answer;
  }

  /** Whether {@link #answer} is worth a try: a look at the first bytes of a message. */
  public boolean mayAnswer(ByteBuf in) {
    int at = in.readerIndex();
    int text = at + BackendScanner.HEADER_BYTES;
    return switch (in.getByte(at)) {
      case 'Q' -> mayBeOurs(in, text);
      case 'P' -> in.writerIndex() > text && in.getByte(text) == 0 && mayBeOurs(in, text + 1);
      case 'B' -> in.writerIndex() > text + 1 && in.getByte(text + 1) != 0;
      case 'S' -> open;
      default -> false;
    };
  }

  private boolean mayBeOurs(ByteBuf in, int text) {
    if (in.writerIndex() < text + 2) {
      return true;
    }
    int first = in.getByte(text);
    return switch (first) {
      case 'B', 'b', '/', '-', ' ', '\n', '\t', '\r', ';' -> true;
      case 'S', 's' -> (in.getByte(text + 1) | 0x20) == 't' || open;
      case 'C', 'c', 'E', 'e', 'R', 'r', 'A', 'a' -> open;
      default -> false;
    };
  }

  // ---- the simple protocol ----

  private Answer query(
      ByteBuf in, int at, int length, boolean whole, ByteBuf out, boolean mayBegin) {
    if (length > SHORT_TEXT_BYTES) {
      return Answer.NOT_OURS;
    }
    if (!whole) {
      return Answer.INCOMPLETE;
    }
    int text = at + BackendScanner.HEADER_BYTES;
    Command command = command(tracker.read(in, text, at + 1 + length), mayBegin);
    if (command == null) {
      return Answer.NOT_OURS;
    }
    if (statements != null) {
      statements.onQuery();
    }
    run(command, out);
    ready(out);
    return Answer.GIVEN;
  }

  private void ready(ByteBuf out) {
    out.writeByte('Z').writeInt(5).writeByte(open ? 'T' : 'I');
  }

  /** What a text asks, when it can be done without a server. */
  private @Nullable Command command(StatementFacts facts, boolean mayBegin) {
    if (facts.statements().size() != 1) {
      return null;
    }
    Statement statement = facts.statements().getFirst();
    String tag =
        switch (statement) {
          case Statement.Begin _ when !open && mayBegin ->
              facts.firstWord().equals("start") ? "START TRANSACTION" : "BEGIN";
          case Statement.Commit(var _, boolean chain) when open && !chain -> "COMMIT";
          case Statement.Rollback(var _, boolean chain) when open && !chain -> "ROLLBACK";
          case Statement.SetTransaction set when open && !set.snapshot() -> "SET";
          default -> null;
        };
    return tag == null ? null : new Command(statement, tag, facts.hints());
  }

  private void run(Command command, ByteBuf out) {
    switch (command.statement) {
      case Statement.Begin begin -> {
        open = true;
        modes = begin.modes();
        hints = command.hints;
      }
      case Statement.SetTransaction set -> modes = merged(modes, set.modes());
      default -> open = false;
    }
    new CommandComplete(command.tag).encode(out);
  }

  private static TransactionModes merged(TransactionModes before, TransactionModes set) {
    return new TransactionModes(
        set.isolation() == null ? before.isolation() : set.isolation(),
        set.readOnly() == null ? before.readOnly() : set.readOnly(),
        set.deferrable() == null ? before.deferrable() : set.deferrable());
  }

  // ---- the extended protocol ----

  /** Parse as the unnamed statement, with all that runs it right behind. */
  private Answer parse(ByteBuf in, int at, int end, ByteBuf out, boolean mayBegin) {
    int name = at + BackendScanner.HEADER_BYTES;
    int run = endOfRun(in, end);
    if (run < 0 || in.getByte(end + BackendScanner.HEADER_BYTES + 1) != 0) {
      return Answer.NOT_OURS;
    }
    Command command = command(tracker.read(in, name + 1, end), mayBegin);
    if (command == null) {
      return Answer.NOT_OURS;
    }
    if (statements != null) {
      statements.onQuery(); // the unnamed statement is another one now
    }
    new ParseComplete().encode(out);
    return run(command, in, end, run, out);
  }

  /** Bind of a statement that was prepared by name, with all that runs it right behind. */
  private Answer bind(ByteBuf in, int at, ByteBuf out, boolean mayBegin) {
    int run = endOfRun(in, at);
    if (run < 0 || statements == null) {
      return Answer.NOT_OURS;
    }
    StatementFacts facts = statements.factsOfBind(in, at, endOf(in, at));
    Command command = facts == null || facts.isPlain() ? null : command(facts, mayBegin);
    return command == null ? Answer.NOT_OURS : run(command, in, at, run, out);
  }

  private Answer run(Command command, ByteBuf in, int bind, int end, ByteBuf out) {
    new BindComplete().encode(out);
    if (in.getByte(endOf(in, bind)) == 'D') {
      new NoData().encode(out);
    }
    run(command, out);
    in.readerIndex(end);
    return Answer.GIVEN;
  }

  /**
   * Where a Bind, perhaps a Describe, and an Execute end, all of the unnamed portal; -1 when that
   * is not what is there.
   */
  private static int endOfRun(ByteBuf in, int bind) {
    int next = endOfUnnamed(in, bind, (byte) 'B', 0);
    if (next > 0 && next < in.writerIndex() && in.getByte(next) == 'D') {
      next =
          in.writerIndex() > next + BackendScanner.HEADER_BYTES
                  && in.getByte(next + BackendScanner.HEADER_BYTES) == 'P'
              ? endOfUnnamed(in, next, (byte) 'D', 1)
              : -1;
    }
    return next < 0 ? -1 : endOfUnnamed(in, next, (byte) 'E', 0);
  }

  /**
   * Where a whole message ends that is of this type and about the unnamed portal; -1 for others.
   */
  private static int endOfUnnamed(ByteBuf in, int at, byte type, int nameOffset) {
    int name = at + BackendScanner.HEADER_BYTES + nameOffset;
    if (in.writerIndex() <= name + 1 || in.getByte(at) != type || in.getByte(name) != 0) {
      return -1;
    }
    int end = endOf(in, at);
    return end <= in.writerIndex() && end > name ? end : -1;
  }

  private static int endOf(ByteBuf in, int at) {
    return (int) Math.min(Integer.MAX_VALUE, at + 1L + (in.getInt(at + 1) & 0xFFFF_FFFFL));
  }

  private Answer sync(boolean whole, ByteBuf out) {
    if (!open) {
      return Answer.NOT_OURS;
    }
    if (!whole) {
      return Answer.INCOMPLETE;
    }
    ready(out);
    return Answer.GIVEN;
  }
}

package dev.howdah.pooler.session;

import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A transaction whose server is gone, and of which nothing was committed. The client keeps its
 * connection and finds the transaction failed, as PostgreSQL would have it after an error: the
 * first thing it asks is refused with 40001, which makes applications run the transaction again,
 * everything else with 25P02, until it says COMMIT or ROLLBACK. Event loop of the client only.
 */
public final class LostTransaction {
  private static final int MESSAGE_BYTES_MAX = 1 << 16; // what a client may have pending

  private final SessionTracker tracker;
  private final @Nullable ClientStatements statements;
  private final ErrorFields reason;
  private final boolean hasOnlyRead;
  private boolean told; // the client has heard of it
  private boolean skipping; // up to the next Sync, after an error in a batch
  private boolean over;
  private @Nullable StatementFacts unnamed; // the statement parsed last
  private @Nullable Statement portal; // what an Execute would run

  /** What became of a client's bytes. */
  public enum Progress {
    /** They were answered as far as they make up whole messages. */
    MORE,
    /** The transaction has ended; what follows is none of ours. */
    OVER,
    /** The client says goodbye. */
    GOODBYE,
    /** Something that cannot be answered without a server: {@link #trouble} says what. */
    STUCK
  }

  /**
   * A transaction that has just lost its server.
   *
   * @param reason what the client is told, with 40001
   * @param hasOnlyRead whether it has lost nothing if it is about to end
   */
  LostTransaction(
      SessionTracker tracker,
      @Nullable ClientStatements statements,
      ErrorFields reason,
      boolean hasOnlyRead) {
    this.tracker = tracker;
    this.statements = statements;
    this.reason = reason;
    this.hasOnlyRead = hasOnlyRead;
  }

  /** The client waits for the answer to one request: this is it. */
  public void answerPending(ByteBuf out) {
    refuse(out);
    skipping = false;
    ready(out);
  }

  /** The client has heard an error of the transaction before, from its server. */
  public void onToldByServer() {
    told = true;
  }

  /** Why {@link Progress#STUCK}. */
  public ErrorFields trouble() {
    return reason
        .withSeverity(Severity.FATAL)
        .withHint(
            "What the client asked cannot be answered without a server. Connect again and run the"
                + " transaction again.");
  }

  /**
   * Answers messages.
   *
   * @param in at the beginning of a message; moved behind the last one that was answered
   * @param out answers are appended
   */
  public Progress answer(ByteBuf in, ByteBuf out) {
    while (in.readableBytes() >= BackendScanner.HEADER_BYTES) {
      int at = in.readerIndex();
      long length = in.getInt(at + 1) & 0xFFFF_FFFFL;
      if (length > MESSAGE_BYTES_MAX) {
        return Progress.STUCK;
      }
      if (in.readableBytes() < 1 + length) {
        return Progress.MORE;
      }
      int end = at + 1 + (int) length;
      byte type = in.getByte(at);
      if (type == 'X') {
        return Progress.GOODBYE;
      }
      if (type == 'Q' && leavesRest(in, at, end)) {
        return Progress.OVER; // with the query, for a server
      }
      if (!answer(type, in, at, end, out)) {
        return Progress.STUCK;
      }
      in.readerIndex(end);
      if (over && (type == 'Q' || type == 'S')) {
        return Progress.OVER;
      }
    }
    return Progress.MORE;
  }

  /**
   * Whether a query of several statements begins with the end of the transaction. The rest needs a
   * server, which will warn of a transaction that is not there, and go on.
   */
  private boolean leavesRest(ByteBuf in, int at, int end) {
    StatementFacts facts = read(in, at, end);
    if (skipping || !facts.multiStatement()) {
      return false;
    }
    return switch (facts.statements().getFirst()) {
      case Statement.Rollback(var _, boolean chain) -> !chain;
      case Statement.Commit(var _, boolean chain) -> !chain && (told || hasOnlyRead);
      default -> false;
    };
  }

  private StatementFacts read(ByteBuf in, int at, int end) {
    return tracker.read(in, at + BackendScanner.HEADER_BYTES, end);
  }

  private boolean answer(byte type, ByteBuf in, int at, int end, ByteBuf out) {
    if (type == 'S') {
      skipping = false;
      ready(out);
      return true;
    }
    if (skipping) {
      return true;
    }
    switch (type) {
      case 'Q' -> query(read(in, at, end), out);
      case 'P' -> {
        return parse(in, at, end, out);
      }
      case 'B' -> bind(in, at, end, out);
      case 'D' -> describe(in, at, out);
      case 'E' -> execute(out);
      case 'C' -> close(in, out);
      case 'H', 'd', 'c', 'f' -> {
        // Nothing is held back, and what belongs to a COPY is ignored outside of one.
      }
      default -> refuse(out);
    }
    return true;
  }

  // ---- the simple protocol ----

  private void query(StatementFacts facts, ByteBuf out) {
    if (statements != null) {
      statements.onQuery();
    }
    Statement first = facts.statements().isEmpty() ? null : facts.statements().getFirst();
    run(facts.multiStatement() && !(first instanceof Statement.Commit) ? null : first, out);
    skipping = false;
    ready(out);
  }

  /** Carries out what ends the transaction, and refuses everything else. */
  private void run(@Nullable Statement statement, ByteBuf out) {
    switch (statement) {
      case Statement.Commit(var _, boolean chain) when !chain -> {
        over = true;
        if (hasOnlyRead && !told) {
          new CommandComplete("COMMIT").encode(out);
        } else if (told) {
          new CommandComplete("ROLLBACK").encode(out);
        } else {
          refuse(out);
        }
      }
      case Statement.Rollback(var _, boolean chain) when !chain -> {
        over = true;
        new CommandComplete("ROLLBACK").encode(out);
      }
      case null, default -> refuse(out);
    }
  }

  private void refuse(ByteBuf out) {
    ErrorFields error =
        told
            ? ErrorFields.error(
                SqlState.IN_FAILED_SQL_TRANSACTION,
                "current transaction is aborted, commands ignored until end of transaction block")
            : reason;
    told = true;
    skipping = true;
    error.encodeError(out);
  }

  private void ready(ByteBuf out) {
    out.writeByte('Z').writeInt(5).writeByte(over ? 'I' : 'E');
  }

  // ---- the extended protocol ----

  private boolean parse(ByteBuf in, int at, int end, ByteBuf out) {
    int name = at + BackendScanner.HEADER_BYTES;
    int text = in.indexOf(name, end, (byte) 0) + 1;
    StatementFacts facts = text == 0 ? null : tracker.read(in, text, end);
    if (facts == null || !ends(facts)) {
      refuse(out);
      return true;
    }
    if (text > name + 1) {
      return parseByName(in, out);
    }
    if (statements != null) {
      statements.onQuery(); // the unnamed statement is another one now
    }
    unnamed = facts;
    new ParseComplete().encode(out);
    return true;
  }

  private boolean parseByName(ByteBuf in, ByteBuf out) {
    int at = in.readerIndex();
    boolean answered = tracker.answersAlone(in, out);
    in.readerIndex(at);
    return answered; // if not, the name is taken, or only a server knows what becomes of it
  }

  private static boolean ends(StatementFacts facts) {
    return facts.statements().size() == 1
        && (facts.statements().getFirst() instanceof Statement.Commit
            || facts.statements().getFirst() instanceof Statement.Rollback);
  }

  private void bind(ByteBuf in, int at, int end, ByteBuf out) {
    int name = in.indexOf(at + BackendScanner.HEADER_BYTES, end, (byte) 0) + 1;
    StatementFacts facts =
        name > 0 && in.getByte(name) == 0
            ? unnamed
            : statements == null ? null : statements.factsOfBind(in, at, end);
    if (facts == null || !ends(facts)) {
      refuse(out);
      return;
    }
    portal = facts.statements().getFirst();
    new BindComplete().encode(out);
  }

  private void describe(ByteBuf in, int at, ByteBuf out) {
    if (in.getByte(at + BackendScanner.HEADER_BYTES) == 'S') {
      out.writeByte('t').writeInt(6).writeShort(0); // ParameterDescription
    }
    new NoData().encode(out);
  }

  private void execute(ByteBuf out) {
    Statement bound = portal;
    portal = null;
    run(bound, out);
  }

  private void close(ByteBuf in, ByteBuf out) {
    int at = in.readerIndex();
    if (!tracker.answersAlone(in, out)) {
      new CloseComplete().encode(out); // as of what never was
    }
    in.readerIndex(at);
  }
}

package dev.howdah.pooler.client;

import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.session.HeldBegin;
import dev.howdah.pooler.session.LostTransaction;
import dev.howdah.pooler.session.SessionTracker;
import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a client gets over the loss of its server connection, as far as that can be done without
 * telling it anything untrue. Event loop of the client only.
 *
 * <p><b>A replica</b> has written nothing. What it was asked first is asked elsewhere, as long as
 * it has not begun to answer ({@link FirstAnswer}); a transaction that is about to end may end.
 *
 * <p><b>A primary that others may replace</b> may have committed what it did not answer: that is
 * 08007, and the client's connection ends. A transaction whose COMMIT it has not been sent is
 * rolled back for sure, so the client keeps its connection and runs the transaction again.
 */
final class Recovery {
  private static final long REPEATED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final ErrorFields REPLICA_GONE =
      ErrorFields.error(
              SqlState.SERIALIZATION_FAILURE, "the replica that this transaction read from is gone")
          .withHint("Nothing was written. Run the transaction again.");

  private static final ErrorFields REPLICA_STATE_GONE =
      ErrorFields.fatal(
              SqlState.CONNECTION_FAILURE,
              "the replica was lost, and with it the state of this session")
          .withDetail("Nothing was written.")
          .withHint("Connect again.");

  private static final ErrorFields PRIMARY_GONE =
      ErrorFields.error(
              SqlState.SERIALIZATION_FAILURE,
              "the primary was lost or replaced before this transaction was committed")
          .withDetail("The transaction is rolled back.")
          .withHint("Run the transaction again.");

  private static final ErrorFields OUTCOME_UNKNOWN =
      ErrorFields.fatal(
              SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
              "the primary was lost or replaced while a statement was running")
          .withDetail("Whether the statement or its COMMIT took effect is not known.")
          .withHint(
              "Connect again and check before repeating anything that must not happen twice.");

  private static final ErrorFields STATE_GONE =
      ErrorFields.fatal(
              SqlState.ADMIN_SHUTDOWN,
              "the primary was lost or replaced, and with it the state of this session")
          .withDetail("No statement was running.")
          .withHint("Connect again.");

  private final ClientSession session;
  private @Nullable FirstAnswer firstAnswer; // of a replica, while it has not begun to give it
  private @Nullable LostTransaction lost; // the client is in it
  private boolean exchanging; // the server was asked for something that it has not ended
  private @Nullable String ending; // the tag, when that is the end of a transaction on a replica
  private byte settledStatus = 'I'; // of the server, when it last owed nothing

  Recovery(ClientSession session) {
    this.session = session;
  }

  /** Whether the client is in a transaction whose server is gone. */
  boolean isInLost() {
    return lost != null;
  }

  // ---- while all is well ----

  /** A replica is about to be asked for the first time in a transaction. */
  void onFirstRequest(ByteBuf asked, boolean mayWrite) {
    if (FirstAnswer.isRepeatable(asked)) {
      HeldBegin begun = session.held();
      firstAnswer =
          new FirstAnswer(
              asked.copy(), begun != null && begun.isOpen() ? begun.modes() : null, mayWrite);
    }
  }

  /** More came from the client: more is under way than could be repeated. */
  void onMore() {
    FirstAnswer first = firstAnswer;
    if (first == null || first.isRefused()) {
      return;
    }
    firstAnswer = null;
    ByteBuf bytes = first.takeHeld();
    first.release();
    if (bytes != null) {
      session.send(bytes);
    }
  }

  /** Whether what a replica was asked first is to be asked elsewhere as soon as it is silent. */
  boolean isRefused() {
    return firstAnswer != null && firstAnswer.isRefused();
  }

  /** The server is about to be sent these bytes. */
  void onAsking(ByteBuf bytes, boolean onReplica) {
    exchanging = true;
    ending = onReplica ? ReadEnd.tag(bytes) : null;
  }

  /** The server has answered everything. */
  void onSettled(byte status) {
    exchanging = false;
    settledStatus = status;
  }

  /** Relays what a server says, unless the client need not hear it, or not yet. */
  void relay(ByteBuf bytes, boolean fromReplica) {
    FirstAnswer first = firstAnswer;
    if (fromReplica && (!exchanging || ending != null) && FirstAnswer.isGoodbye(bytes)) {
      bytes.release(); // it says why it goes
    } else if (first == null) {
      session.send(bytes);
    } else if (first.take(session.context().alloc(), bytes, session::send)
        && first.equals(firstAnswer)) {
      firstAnswer = null;
      first.release();
    }
  }

  // ---- a replica ----

  /**
   * What a replica could not do, or does not answer, is done elsewhere; the client has heard
   * nothing of it yet. False when there is nothing that could be.
   */
  boolean redo() {
    FirstAnswer first = firstAnswer;
    if (first == null || session.state() != ClientState.LINKED) {
      return false;
    }
    firstAnswer = null;
    exchanging = false;
    ending = null;
    HeldBegin held = session.held();
    TransactionModes begun = first.begun();
    session.leaveServer();
    if (begun != null && held != null) {
      held.reopen(begun);
    }
    session.askElsewhere(first.takeRequest());
    return true;
  }

  /** Whether the client should go elsewhere rather than wait for a replica that is silent. */
  boolean mayRedo(long waitedNanos) {
    return firstAnswer != null && waitedNanos < REPEATED_WITHIN_NANOS;
  }

  /**
   * A replica is gone. What it has not begun to answer is asked elsewhere; a transaction that stood
   * between its statements there, or was about to end, has lost nothing yet.
   *
   * @param gone as it was when it last answered
   * @param wholeAnswers whether the client has been sent whole messages only
   */
  void onReplicaLost(ServerConnection gone, boolean wholeAnswers) {
    if (redo()) {
      return;
    }
    SessionTracker tracker = session.tracker();
    boolean owing = gone.isOwingClient();
    if (tracker == null
        || session.state() != ClientState.LINKED
        || session.isKept()
        || !wholeAnswers
        || !session.sentWholeMessages()
        || (owing && (gone.awaited().owed() != 1 || !gone.awaited().endsWithFence()))) {
      end(REPLICA_STATE_GONE, wholeAnswers);
      return;
    }
    String tag = owing ? ending : null;
    session.leaveServer();
    if (tag != null) {
      ByteBuf out = session.context().alloc().buffer(32);
      new CommandComplete(tag).encode(out);
      new ReadyForQuery(TransactionStatus.IDLE).encode(out);
      session.send(out);
    } else if (owing && settledStatus == 'I' && gone.status() == 'I') {
      ByteBuf out = session.context().alloc().buffer(256);
      REPLICA_GONE.encodeError(out);
      new ReadyForQuery(TransactionStatus.IDLE).encode(out);
      session.send(out);
    } else if (owing || settledStatus != 'I') {
      LostTransaction failed = tracker.newLostTransaction(REPLICA_GONE, gone.status() == 'T');
      if (owing) {
        ByteBuf out = session.context().alloc().buffer(256);
        failed.answerPending(out);
        session.send(out);
      }
      fail(failed);
    }
    session.flush();
    exchanging = false;
    ending = null;
    settledStatus = 'I';
    session.takePending();
  }

  // ---- a primary that others may replace ----

  /**
   * The primary is gone, or may not be believed any more.
   *
   * @param gone as it was when it last answered
   * @param wholeAnswers whether the client has been sent whole messages only
   */
  void onPrimaryLost(ServerConnection gone, boolean wholeAnswers) {
    SessionTracker tracker = session.tracker();
    boolean owing = gone.isOwingClient();
    boolean open = gone.status() != 'I';
    if (owing && (!open || tracker == null || tracker.mayCommit())) {
      end(OUTCOME_UNKNOWN, wholeAnswers);
      return;
    }
    boolean goesOn =
        tracker != null
            && wholeAnswers
            && session.sentWholeMessages()
            && !session.isImmovable()
            && (!owing || (gone.awaited().owed() == 1 && gone.awaited().endsWithFence()));
    if (!open) {
      if (goesOn && !session.withholdsReady() && tracker != null && tracker.isClean()) {
        session.leaveServer();
        session.takePending();
      } else {
        end(STATE_GONE, wholeAnswers);
      }
    } else if (goesOn && tracker != null) {
      boolean rollingBack = owing && tracker.isRollingBack();
      session.leaveServer();
      session.restoreSettings();
      LostTransaction failed = tracker.newLostTransaction(PRIMARY_GONE, false);
      if (gone.status() == 'E') {
        failed.onToldByServer();
      }
      if (rollingBack) {
        ByteBuf out = session.context().alloc().buffer(32);
        new CommandComplete("ROLLBACK").encode(out);
        new ReadyForQuery(TransactionStatus.IDLE).encode(out);
        session.send(out);
      } else {
        if (owing) {
          ByteBuf out = session.context().alloc().buffer(256);
          failed.answerPending(out);
          session.send(out);
        }
        fail(failed);
      }
      session.flush();
      session.takePending();
    } else {
      end(PRIMARY_GONE.withSeverity(Severity.FATAL), wholeAnswers);
    }
  }

  private void end(ErrorFields error, boolean wholeAnswers) {
    if (wholeAnswers) {
      session.refuse(error);
    } else {
      session.leaveAtOnce(error.message());
    }
  }

  private void fail(LostTransaction failed) {
    lost = failed;
  }

  // ---- a transaction whose server is gone ----

  /**
   * Answers what the client says in a transaction whose server is gone.
   *
   * @param in at the beginning of a message; moved behind what was answered
   */
  LostTransaction.Progress answerLost(ByteBuf in) {
    LostTransaction failed = lost;
    if (failed == null) {
      throw new IllegalStateException("no transaction was lost");
    }
    ByteBuf out = session.context().alloc().buffer(128);
    LostTransaction.Progress progress = failed.answer(in, out);
    if (out.isReadable()) {
      session.send(out);
    } else {
      out.release();
    }
    switch (progress) {
      case OVER -> lost = null;
      case STUCK -> session.refuse(failed.trouble());
      case MORE, GOODBYE -> {
        // As it was.
      }
    }
    return progress;
  }

  /** The client is gone. */
  void close() {
    FirstAnswer first = firstAnswer;
    firstAnswer = null;
    if (first != null) {
      first.release();
    }
  }
}

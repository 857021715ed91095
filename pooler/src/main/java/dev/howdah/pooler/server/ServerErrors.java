package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.BrokenFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client hears when its server connection fails it. */
final class ServerErrors {
  /** The field of a notice that names the function of PostgreSQL which raised it. */
  private static final ByteBuf SYNC_WAIT =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("\0RSyncRepWaitForLSN\0", StandardCharsets.US_ASCII));

  private ServerErrors() {}

  /**
   * The server vanished without a word. Inside a transaction with nothing in flight, nothing was
   * committed; with a statement in flight, nobody can know.
   */
  static ErrorFields lost(boolean owing, byte status) {
    if (owing) {
      return ErrorFields.fatal(
              SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
              "the server connection was lost while a statement was running")
          .withDetail("Whether the statement or its COMMIT took effect is not known.")
          .withHint(
              "Connect again and check before repeating anything that must not happen twice.");
    }
    return ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the server connection was lost")
        .withDetail(
            status == 'I' ? "No statement was running." : "The open transaction was not committed.")
        .withHint("Connect again and repeat the transaction.");
  }

  /** The server sent what is no protocol. */
  static ErrorFields broken(BrokenFrame frame, boolean owing) {
    return ErrorFields.fatal(
            owing ? SqlState.TRANSACTION_RESOLUTION_UNKNOWN : SqlState.CONNECTION_FAILURE,
            "the server sent " + frame.description())
        .withHint("What listens there may not be PostgreSQL, or has lost step.");
  }

  /** The server says it is ready although nothing was asked. */
  static ErrorFields unasked() {
    return ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the server answered what nobody asked");
  }

  /** Settings that held before were refused when they were replayed. */
  static ErrorFields settingsRefused(ErrorFields refusal) {
    return ErrorFields.fatal(
            SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
            "the session's settings could not be restored: " + refusal.message())
        .withHint("A statement sent meanwhile may have run with other settings.");
  }

  /** A commit of which PostgreSQL has said that the standbys may not have it. */
  static ErrorFields unconfirmed() {
    return ErrorFields.fatal(
            SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
            "the commit was not confirmed by the synchronous standbys")
        .withDetail(
            "The wait for them was cancelled. The transaction is committed on the primary, and lost"
                + " should a standby take over now.")
        .withHint("Connect again and check before repeating anything that must not happen twice.");
  }

  /**
   * What is wrong with who answers at the primary's address; null when nothing is.
   *
   * @param rows system identifier, and whether it is in recovery
   */
  static @Nullable String identityTrouble(
      String systemIdentifier, @Nullable ErrorFields error, List<List<@Nullable String>> rows) {
    if (error != null || rows.size() != 1) {
      return "does not say who it is" + (error == null ? "" : ": " + error.message());
    }
    String found = rows.getFirst().getFirst();
    if (!systemIdentifier.equals(found)) {
      return "belongs to another cluster: system identifier " + found;
    }
    return "f".equals(rows.getFirst().get(1)) ? null : "is a standby";
  }

  /** Whether a NoticeResponse says that a commit no longer waits for synchronous standbys. */
  static boolean isOfCancelledWait(ByteBuf body) {
    return ByteBufUtil.indexOf(SYNC_WAIT.duplicate(), body) >= 0;
  }

  /** Whether a fatal error is about the server, which goes, rather than about what it was asked. */
  static boolean isGoodbye(ByteBuf body) {
    if (!isFatal(body)) {
      return false;
    }
    return switch (ErrorFields.decode(body.slice()).sqlState()) {
      case "57P01", "57P02", "57P03" -> true;
      default -> false;
    };
  }

  /** Whether an ErrorResponse ends the session: by the untranslated severity, V, or S of old. */
  static boolean isFatal(ByteBuf body) {
    byte severity = 'E';
    int at = body.readerIndex();
    int end = body.writerIndex();
    while (at + 1 < end && body.getByte(at) != 0) {
      byte field = body.getByte(at);
      if (field == 'V' || field == 'S') {
        severity = body.getByte(at + 1);
      }
      int zero = body.indexOf(at + 1, end, (byte) 0);
      if (zero < 0 || field == 'V') {
        break;
      }
      at = zero + 1;
    }
    return severity == 'F' || severity == 'P';
  }
}

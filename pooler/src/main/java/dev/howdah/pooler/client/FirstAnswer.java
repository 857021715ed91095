package dev.howdah.pooler.client;

import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.CutMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first request of a transaction on a replica, kept until the replica has begun to answer it:
 * when the replica refuses it for being one, or breaks, it is run again elsewhere, and the client
 * never knows. What the replica says before its first row is held back so long. Event loop of the
 * client only.
 */
final class FirstAnswer {
  /** Larger requests are not kept. */
  static final int REQUEST_BYTES_MAX = 1 << 14;

  private final ByteBuf request;
  private final @Nullable TransactionModes begun; // what the client has begun; null outside
  private final boolean mayWrite;
  private @Nullable ByteBuf held;
  private @Nullable ErrorFields refusal;

  /**
   * A request that is about to be sent.
   *
   * @param request taken over
   * @param mayWrite whether it may run on the primary when a replica refuses it for being one
   */
  FirstAnswer(ByteBuf request, @Nullable TransactionModes begun, boolean mayWrite) {
    this.request = request;
    this.begun = begun;
    this.mayWrite = mayWrite;
  }

  /**
   * Whether a request can be sent twice: one query, or one batch to its Sync that prepares nothing
   * by name. Nothing of it may be missing, and nothing may stand behind it.
   */
  static boolean isRepeatable(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    if (end - at > REQUEST_BYTES_MAX) {
      return false;
    }
    boolean batch = false;
    while (end - at >= BackendScanner.HEADER_BYTES) {
      byte type = in.getByte(at);
      long next = at + 1L + (in.getInt(at + 1) & 0xFFFF_FFFFL);
      switch (type) {
        case 'Q' -> {
          return !batch && next == end;
        }
        case 'S' -> {
          return batch && next == end;
        }
        case 'P' -> {
          if (end - at == BackendScanner.HEADER_BYTES
              || in.getByte(at + BackendScanner.HEADER_BYTES) != 0) {
            return false;
          }
        }
        case 'B', 'D', 'E' -> {
          // They change nothing that would stay.
        }
        default -> {
          return false;
        }
      }
      if (next >= end) {
        return false;
      }
      batch = true;
      at = (int) next;
    }
    return false;
  }

  /** What was held back, for the client after all; null for nothing. */
  @Nullable ByteBuf takeHeld() {
    ByteBuf bytes = held;
    held = null;
    return bytes;
  }

  /** What the client had begun; null when it was in no transaction. */
  @Nullable TransactionModes begun() {
    return begun;
  }

  /** The request, to be sent again; the caller's from now on. */
  ByteBuf takeRequest() {
    drop(held);
    held = null;
    return request;
  }

  /** Whether the replica has refused it. */
  boolean isRefused() {
    return refusal != null;
  }

  /** Forgets everything. */
  void release() {
    drop(held);
    held = null;
    request.release();
  }

  /**
   * What the replica says next.
   *
   * @param bytes taken over
   * @param client gets everything, once it is known to be for the client
   * @return whether that is known now; nothing more is to be shown to this then
   */
  boolean take(ByteBufAllocator allocator, ByteBuf bytes, Consumer<ByteBuf> client) {
    ByteBuf all = CutMessages.join(allocator, held, bytes);
    held = null;
    if (refusal != null) {
      all.release(); // the rest of what is not to be seen
      return false;
    }
    int at = all.readerIndex();
    while (all.writerIndex() - at >= BackendScanner.HEADER_BYTES) {
      byte type = all.getByte(at);
      long end = at + 1L + (all.getInt(at + 1) & 0xFFFF_FFFFL);
      if (type == 'E') {
        if (end > all.writerIndex()) {
          break;
        }
        int body = at + BackendScanner.HEADER_BYTES;
        ErrorFields error = ErrorFields.decode(all.slice(body, (int) end - body));
        if (isOfTheReplica(error)) {
          refusal = error;
          all.release();
          return false;
        }
        client.accept(all);
        return true;
      }
      if (type == 'N' && end <= all.writerIndex() && isGoodbye(all.slice(at, (int) end - at))) {
        at = (int) end;
        continue; // it crashes, and will say no more
      }
      if (!isPreparation(type) || end > all.writerIndex()) {
        if (isPreparation(type)) {
          break;
        }
        client.accept(all);
        return true;
      }
      at = (int) end;
    }
    held = all;
    return false;
  }

  /** Whether what a server says begins with why it closes the connection. */
  static boolean isGoodbye(ByteBuf bytes) {
    int at = bytes.readerIndex();
    if (bytes.readableBytes() < BackendScanner.HEADER_BYTES
        || (bytes.getByte(at) != 'E' && bytes.getByte(at) != 'N')) {
      return false;
    }
    int length = bytes.getInt(at + 1);
    int body = at + BackendScanner.HEADER_BYTES;
    return length - 4 <= bytes.writerIndex() - body && isReasonToGo(bytes.slice(body, length - 4));
  }

  /** Whether an ErrorResponse or NoticeResponse says why the server closes the connection. */
  static boolean isReasonToGo(ByteBuf body) {
    return ErrorFields.decode(body.slice()).sqlState().startsWith("57P");
  }

  /** ParseComplete, BindComplete, descriptions: nothing that a client could act on. */
  private static boolean isPreparation(byte type) {
    return switch (type) {
      case '1', '2', '3', 't', 'T', 'n' -> true;
      default -> false;
    };
  }

  /** Whether an error is about the server rather than about what it was asked. */
  private boolean isOfTheReplica(ErrorFields error) {
    return switch (error.sqlState()) {
      case "25006" -> mayWrite; // read_only_sql_transaction
      case "40001" -> error.message().contains("conflict with recovery");
      case "57P01", "57P02", "57P03" -> true; // it is shutting down, has crashed, or starts
      default -> false;
    };
  }

  private static void drop(@Nullable ByteBuf bytes) {
    if (bytes != null) {
      bytes.release();
    }
  }
}

package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, for {@code session_state = strict}, texts that would keep a server connection with their
 * client. Event loop of the client only.
 *
 * <p>The text never reaches the server. In its place goes one that names a type which cannot exist,
 * so that PostgreSQL itself raises the error: its transaction fails, it skips to the next Sync, or
 * it says 25P02 because the transaction had failed before, all as for any other error. On the way
 * back the words of that error are put right.
 */
final class Refusals {
  private static final String MARK = "refused by session_state = strict: ";

  private static final ByteBuf MARK_BYTES =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(MARK, StandardCharsets.US_ASCII));

  private boolean expected; // an error may come that is to be put right

  /** Why a text is refused; null when it is not. */
  @Nullable PinReason reason(StatementFacts facts, String searchPath) {
    EnumSet<PinReason> reasons = PinForecast.of(facts, searchPath);
    Iterator<PinReason> first = reasons.iterator();
    return first.hasNext() ? first.next() : null;
  }

  /**
   * Replaces a Query.
   *
   * @param at index of its type byte
   * @param end index behind it
   */
  void replaceQuery(ByteBuf in, int at, int end, PinReason reason, Splices out) {
    byte[] text = text(reason);
    ByteBuf query = in.alloc().buffer(BackendScanner.HEADER_BYTES + text.length + 1);
    query.writeByte('Q').writeInt(4 + text.length + 1).writeBytes(text).writeByte(0);
    out.replace(at, end, query);
    expected = true;
  }

  /**
   * Replaces a Parse, but for the name of the statement.
   *
   * @param at index of its type byte
   * @param nameEnd index of the zero byte behind the name
   * @param end index behind it
   */
  void replaceParse(ByteBuf in, int at, int nameEnd, int end, PinReason reason, Splices out) {
    byte[] text = text(reason);
    int name = at + BackendScanner.HEADER_BYTES;
    int length = 4 + (nameEnd + 1 - name) + text.length + 1 + Short.BYTES;
    ByteBuf parse = in.alloc().buffer(1 + length).writeByte('P').writeInt(length);
    parse.writeBytes(in, name, nameEnd + 1 - name).writeBytes(text).writeByte(0).writeShort(0);
    out.replace(at, end, parse);
    expected = true;
  }

  private static byte[] text(PinReason reason) {
    return ("SELECT NULL::pg_catalog.\"" + MARK + reason + '"').getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The ErrorResponse that the client is to see in place of PostgreSQL's.
   *
   * @param body of what the server sent, only looked at
   * @return a whole message; null when the server's is fine as it is
   */
  @Nullable ByteBuf translate(ByteBuf body) {
    int mark = expected ? ByteBufUtil.indexOf(MARK_BYTES.duplicate(), body) : -1;
    int start = mark + MARK.length();
    int end = mark < 0 ? -1 : body.indexOf(start, body.writerIndex(), (byte) '"');
    if (end < 0) {
      return null;
    }
    String name = body.toString(start, end - start, StandardCharsets.US_ASCII);
    for (PinReason reason : PinReason.values()) {
      if (reason.name().equals(name)) {
        ByteBuf out = Unpooled.buffer(512);
        error(reason).encodeError(out);
        return out;
      }
    }
    return null;
  }

  private static ErrorFields error(PinReason reason) {
    return ErrorFields.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot " + deed(reason))
        .withDetail(
            "It would outlive its transaction on a server connection that other clients use as well,"
                + " and session_state is strict for this pooler.")
        .withHint(hint(reason) + ", or use session pooling.");
  }

  private static String deed(PinReason reason) {
    return switch (reason) {
      case ADVISORY_LOCK -> "take a session advisory lock in transaction pooling";
      case TEMP_OBJECT -> "make a temporary object in transaction pooling";
      case HELD_CURSOR -> "declare a cursor WITH HOLD in transaction pooling";
      case SQL_PREPARED -> "PREPARE a statement in transaction pooling";
      case SESSION_AUTHORIZATION -> "set the session authorization in transaction pooling";
      case SEED -> "set the seed of random() in transaction pooling";
      default -> "use what keeps state in the session in transaction pooling";
    };
  }

  private static String hint(PinReason reason) {
    return switch (reason) {
      case ADVISORY_LOCK -> "Use pg_advisory_xact_lock, which ends with the transaction";
      case TEMP_OBJECT -> "Make a table with ON COMMIT DROP";
      case HELD_CURSOR -> "Fetch everything within the transaction";
      case SQL_PREPARED -> "Prepare by the protocol, as drivers do";
      case SESSION_AUTHORIZATION -> "Use SET ROLE, which follows the client";
      case SEED -> "Draw the random numbers in the client";
      default -> "Load the library by shared_preload_libraries or session_preload_libraries";
    };
  }
}

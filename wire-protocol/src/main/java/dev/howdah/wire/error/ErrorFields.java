package dev.howdah.wire.error;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an ErrorResponse or NoticeResponse says, reduced to the fields that people and client
 * libraries act upon (docs: "Error and Notice Message Fields"). Errors that PostgreSQL itself sent
 * are relayed byte for byte and never pass through here; this is for our own.
 *
 * @param severity fields S and V; we do not translate, so both are the same word
 * @param sqlState field C, five characters; a string since servers know codes that we do not
 * @param message field M, one line
 * @param detail field D
 * @param hint field H
 */
public record ErrorFields(
    Severity severity,
    String sqlState,
    String message,
    @Nullable String detail,
    @Nullable String hint) {

  private static final int TEXT_BYTES_MAX = 16 * 1024;
  private static final int SQL_STATE_BYTES = 5;

  /** An error that ends the statement but not the session. */
  public static ErrorFields error(SqlState sqlState, String message) {
    return new ErrorFields(Severity.ERROR, sqlState.code(), message, null, null);
  }

  /** An error after which we close the connection. */
  public static ErrorFields fatal(SqlState sqlState, String message) {
    return new ErrorFields(Severity.FATAL, sqlState.code(), message, null, null);
  }

  /** A message that changes nothing. */
  public static ErrorFields notice(SqlState sqlState, String message) {
    return new ErrorFields(Severity.NOTICE, sqlState.code(), message, null, null);
  }

  /** A copy with this detail. */
  public ErrorFields withDetail(@Nullable String newDetail) {
    return new ErrorFields(severity, sqlState, message, newDetail, hint);
  }

  /** A copy with this hint. */
  public ErrorFields withHint(@Nullable String newHint) {
    return new ErrorFields(severity, sqlState, message, detail, newHint);
  }

  /** A copy with this severity. */
  public ErrorFields withSeverity(Severity newSeverity) {
    return new ErrorFields(newSeverity, sqlState, message, detail, hint);
  }

  /** The exception that carries these fields. */
  public PoolerException asException() {
    return PoolerException.of(this);
  }

  /** Appends a whole ErrorResponse, type byte and length included. */
  public void encodeError(ByteBuf out) {
    encode(out, 'E');
  }

  /** Appends a whole NoticeResponse, type byte and length included. */
  public void encodeNotice(ByteBuf out) {
    encode(out, 'N');
  }

  private void encode(ByteBuf out, char type) {
    out.writeByte(type);
    int lengthIndex = out.writerIndex();
    out.writeInt(0);
    field(out, 'S', severity.name());
    field(out, 'V', severity.name());
    field(out, 'C', sqlState);
    field(out, 'M', message);
    field(out, 'D', detail);
    field(out, 'H', hint);
    out.writeByte(0);
    out.setInt(lengthIndex, out.writerIndex() - lengthIndex);
  }

  private static void field(ByteBuf out, char code, @Nullable String text) {
    if (text == null) {
      return;
    }
    out.writeByte(code);
    // A NUL would end the field early and turn the rest into fields of its own.
    ByteBufUtil.writeUtf8(out, text.replace('\0', '\uFFFD'));
    out.writeByte(0);
  }

  /**
   * Reads the body of an ErrorResponse or NoticeResponse, header excluded, to its end. Fields that
   * we have no use for are skipped, texts longer than 16 kB are cut, missing ones get harmless
   * defaults. Bytes that are not UTF-8 become U+FFFD: this is for logs and decisions, not for
   * relaying.
   *
   * @throws ProtocolViolation if a field or the list of fields is not terminated
   */
  public static ErrorFields decode(ByteBuf body) {
    @Nullable Severity localized = null;
    @Nullable Severity severity = null;
    String sqlState = SqlState.INTERNAL_ERROR.code();
    String message = "";
    @Nullable String detail = null;
    @Nullable String hint = null;
    while (true) {
      if (!body.isReadable()) {
        throw new ProtocolViolation("fields of an error message are not terminated");
      }
      byte code = body.readByte();
      if (code == 0) {
        break;
      }
      int bytes = body.bytesBefore((byte) 0);
      if (bytes < 0) {
        throw new ProtocolViolation("a field of an error message is not terminated");
      }
      switch (code) {
        case 'S' -> localized = Severity.fromWord(text(body, bytes));
        case 'V' -> severity = Severity.fromWord(text(body, bytes));
        case 'C' -> sqlState = text(body, bytes);
        case 'M' -> message = text(body, bytes);
        case 'D' -> detail = text(body, bytes);
        case 'H' -> hint = text(body, bytes);
        default -> {} // position, file, line, schema and whatever later versions add
      }
      body.skipBytes(bytes + 1);
    }
    if (severity == null) {
      severity = localized == null ? Severity.ERROR : localized; // V is missing before 9.6
    }
    return new ErrorFields(severity, sqlState, message, detail, hint);
  }

  private static String text(ByteBuf body, int bytes) {
    return body.toString(
        body.readerIndex(), Math.min(bytes, TEXT_BYTES_MAX), StandardCharsets.UTF_8);
  }

  /**
   * Reads only the SQLSTATE from the body of an ErrorResponse or NoticeResponse, header excluded.
   * Looks without moving the reader index; allocates nothing but the result.
   *
   * @return five characters, or null if there is no well-formed field C
   */
  public static @Nullable String sqlStateOf(ByteBuf body) {
    int at = body.readerIndex();
    int end = body.writerIndex();
    while (at < end) {
      byte code = body.getByte(at);
      int terminator = code == 0 ? -1 : body.indexOf(at + 1, end, (byte) 0);
      if (terminator < 0) {
        return null;
      }
      if (code == 'C') {
        return terminator - at - 1 == SQL_STATE_BYTES
            ? body.toString(at + 1, SQL_STATE_BYTES, StandardCharsets.US_ASCII)
            : null;
      }
      at = terminator + 1;
    }
    return null;
  }
}

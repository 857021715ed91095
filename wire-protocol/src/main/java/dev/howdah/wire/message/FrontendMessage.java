package dev.howdah.wire.message;

import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.field.FieldWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from the client after start-up; names and field order as in the PostgreSQL docs,
 * "Message Formats". For the few messages that we read or rewrite; everything else is relayed
 * without becoming a record. Strings may hold text of any client encoding and keep its bytes (see
 * {@link dev.howdah.wire.field.WireText}). Format codes are 0 for text and 1 for binary.
 */
public sealed interface FrontendMessage {

  /** The byte that announces this message. */
  byte type();

  /** Appends the body only. Throws {@link IllegalArgumentException} for a NUL inside a string. */
  default void encodeBody(ByteBuf out) {}

  /** Appends the whole message: type, length and body. */
  default void encode(ByteBuf out) {
    FieldWriter.message(out, type(), this::encodeBody);
  }

  /**
   * Reads one message. Type {@code 'p'} is not among them, because only the authentication under
   * way tells what it means: use the decoder of the record that is expected.
   *
   * @param body exactly the body; read to its end, not released
   * @throws ProtocolViolation if the type is unknown or the body does not fit it
   */
  static FrontendMessage decode(byte type, ByteBuf body) {
    return switch (type) {
      case FrontendType.BIND -> Bind.decode(body);
      case FrontendType.CLOSE -> {
        var in = new FieldReader("Close", body);
        var close = new Close(Target.fromCode(in.int8()), in.string());
        in.end();
        yield close;
      }
      case FrontendType.COPY_DATA -> new CopyData(new FieldReader("CopyData", body).rest());
      case FrontendType.COPY_DONE -> empty("CopyDone", body, new CopyDone());
      case FrontendType.COPY_FAIL -> new CopyFail(onlyString("CopyFail", body));
      case FrontendType.DESCRIBE -> {
        var in = new FieldReader("Describe", body);
        var describe = new Describe(Target.fromCode(in.int8()), in.string());
        in.end();
        yield describe;
      }
      case FrontendType.EXECUTE -> {
        var in = new FieldReader("Execute", body);
        var execute = new Execute(in.string(), in.int32());
        in.end();
        yield execute;
      }
      case FrontendType.FLUSH -> empty("Flush", body, new Flush());
      case FrontendType.FUNCTION_CALL -> FunctionCall.decode(body);
      case FrontendType.PARSE -> {
        var in = new FieldReader("Parse", body);
        var parse = new Parse(in.string(), in.string(), in.int32List());
        in.end();
        yield parse;
      }
      case FrontendType.QUERY -> new Query(onlyString("Query", body));
      case FrontendType.SYNC -> empty("Sync", body, new Sync());
      case FrontendType.TERMINATE -> empty("Terminate", body, new Terminate());
      case FrontendType.PASSWORD ->
          throw new ProtocolViolation("unexpected password message outside authentication");
      default -> throw new ProtocolViolation("invalid frontend message type " + (type & 0xFF));
    };
  }

  private static <M extends FrontendMessage> M empty(String name, ByteBuf body, M message) {
    new FieldReader(name, body).end();
    return message;
  }

  private static String onlyString(String name, ByteBuf body) {
    var in = new FieldReader(name, body);
    String text = in.string();
    in.end();
    return text;
  }

  /** Binds parameters to a prepared statement; a null parameter is SQL NULL. */
  record Bind(
      String portal,
      String statement,
      List<Integer> parameterFormats,
      List<@Nullable Bytes> parameters,
      List<Integer> resultFormats)
      implements FrontendMessage {

    public Bind {
      parameterFormats = List.copyOf(parameterFormats);
      parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
      resultFormats = List.copyOf(resultFormats);
    }

    private static Bind decode(ByteBuf body) {
      var in = new FieldReader("Bind", body);
      var bind =
          new Bind(
              in.string(), in.string(), in.int16List(), in.nullableBytesList(), in.int16List());
      in.end();
      return bind;
    }

    @Override
    public byte type() {
      return FrontendType.BIND;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, portal);
      FieldWriter.string(out, statement);
      FieldWriter.int16List(out, parameterFormats);
      FieldWriter.nullableBytesList(out, parameters);
      FieldWriter.int16List(out, resultFormats);
    }
  }

  /** Closes a prepared statement or portal. */
  record Close(Target target, String name) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.CLOSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(target.code());
      FieldWriter.string(out, name);
    }
  }

  /** A piece of a COPY stream; its borders mean nothing. */
  record CopyData(Bytes data) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.COPY_DATA;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** The COPY stream is complete. */
  record CopyDone() implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.COPY_DONE;
    }
  }

  /** The COPY stream cannot be completed; the server answers with an error. */
  record CopyFail(String message) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.COPY_FAIL;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, message);
    }
  }

  /** Asks what a prepared statement or portal takes and returns. */
  record Describe(Target target, String name) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.DESCRIBE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(target.code());
      FieldWriter.string(out, name);
    }
  }

  /** Runs a portal; {@code rowsMax} of zero means all rows. */
  record Execute(String portal, int rowsMax) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.EXECUTE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, portal);
      out.writeInt(rowsMax);
    }
  }

  /** Asks the server to send what it holds back. */
  record Flush() implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.FLUSH;
    }
  }

  /** Calls a function directly (docs: "Function Call", a legacy feature). */
  record FunctionCall(
      int functionOid,
      List<Integer> argumentFormats,
      List<@Nullable Bytes> arguments,
      int resultFormat)
      implements FrontendMessage {

    public FunctionCall {
      argumentFormats = List.copyOf(argumentFormats);
      arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
    }

    private static FunctionCall decode(ByteBuf body) {
      var in = new FieldReader("FunctionCall", body);
      var call = new FunctionCall(in.int32(), in.int16List(), in.nullableBytesList(), in.int16());
      in.end();
      return call;
    }

    @Override
    public byte type() {
      return FrontendType.FUNCTION_CALL;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeInt(functionOid);
      FieldWriter.int16List(out, argumentFormats);
      FieldWriter.nullableBytesList(out, arguments);
      out.writeShort(resultFormat);
    }
  }

  /** Prepares a statement; a type OID of zero leaves the type to the server. */
  record Parse(String statement, String sql, List<Integer> parameterTypeOids)
      implements FrontendMessage {

    public Parse {
      parameterTypeOids = List.copyOf(parameterTypeOids);
    }

    @Override
    public byte type() {
      return FrontendType.PARSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, statement);
      FieldWriter.string(out, sql);
      FieldWriter.int32List(out, parameterTypeOids);
    }
  }

  /** A password in clear text or the answer to an MD5 challenge. */
  record PasswordMessage(String password) implements FrontendMessage {
    /** Reads a body of type 'p' while a password is expected. */
    public static PasswordMessage decode(ByteBuf body) {
      return new PasswordMessage(onlyString("PasswordMessage", body));
    }

    @Override
    public byte type() {
      return FrontendType.PASSWORD;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, password);
    }

    @Override
    public String toString() {
      return "PasswordMessage[redacted]";
    }
  }

  /** Chooses a SASL mechanism; without {@code data} the server speaks first. */
  record SASLInitialResponse(String mechanism, @Nullable Bytes data) implements FrontendMessage {
    /** Reads a body of type 'p' after AuthenticationSASL. */
    public static SASLInitialResponse decode(ByteBuf body) {
      var in = new FieldReader("SASLInitialResponse", body);
      var response = new SASLInitialResponse(in.string(), in.nullableBytes());
      in.end();
      return response;
    }

    @Override
    public byte type() {
      return FrontendType.PASSWORD;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, mechanism);
      FieldWriter.nullableBytes(out, data);
    }
  }

  /** A further SASL message. */
  record SASLResponse(Bytes data) implements FrontendMessage {
    /** Reads a body of type 'p' after AuthenticationSASLContinue. */
    public static SASLResponse decode(ByteBuf body) {
      return new SASLResponse(new FieldReader("SASLResponse", body).rest());
    }

    @Override
    public byte type() {
      return FrontendType.PASSWORD;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** A GSSAPI or SSPI token. */
  record GSSResponse(Bytes data) implements FrontendMessage {
    /** Reads a body of type 'p' after AuthenticationGSS, SSPI or GSSContinue. */
    public static GSSResponse decode(ByteBuf body) {
      return new GSSResponse(new FieldReader("GSSResponse", body).rest());
    }

    @Override
    public byte type() {
      return FrontendType.PASSWORD;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** A simple query: one string, any number of statements. */
  record Query(String sql) implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.QUERY;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, sql);
    }
  }

  /** Ends a batch of extended-query messages; answered by ReadyForQuery. */
  record Sync() implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.SYNC;
    }
  }

  /** Good-bye. */
  record Terminate() implements FrontendMessage {
    @Override
    public byte type() {
      return FrontendType.TERMINATE;
    }
  }
}

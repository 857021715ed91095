package dev.howdah.bench.load;

import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.CopyDone;
import dev.howdah.wire.message.BackendMessage.CopyInResponse;
import dev.howdah.wire.message.BackendMessage.CopyOutResponse;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.EmptyQueryResponse;
import dev.howdah.wire.message.BackendMessage.ParameterDescription;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.RowDescription;
import dev.howdah.wire.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What {@link NullServer} says, as bytes made once. */
final class Replies {
  static final byte[] READY_IDLE = bytes(new ReadyForQuery(TransactionStatus.IDLE));
  static final byte[] READY_IN_TRANSACTION =
      bytes(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));

  static final byte[] PARSED = bytes(new ParseComplete());
  static final byte[] BOUND = bytes(new BindComplete());
  static final byte[] CLOSED = bytes(new CloseComplete());
  static final byte[] NO_PARAMETERS = bytes(new ParameterDescription(List.of()));
  static final byte[] EMPTY_QUERY = bytes(new EmptyQueryResponse());

  static final byte[] COLUMNS = bytes(RowDescription.ofText(List.of("?column?")));
  static final byte[] ROW =
      bytes(new DataRow(List.of(Bytes.copyOf("1".getBytes(StandardCharsets.US_ASCII)))));
  static final byte[] COPY_OUT = bytes(new CopyOutResponse((byte) 0, List.of(0)));
  static final byte[] COPY_DONE = bytes(new CopyDone());
  static final byte[] COPY_IN = bytes(new CopyInResponse((byte) 0, List.of(0)));

  /** Login without a password and the settings PostgreSQL reports; BackendKeyData comes next. */
  static final byte[] WELCOME =
      bytes(
          new AuthenticationOk(),
          new ParameterStatus("application_name", ""),
          new ParameterStatus("client_encoding", "UTF8"),
          new ParameterStatus("DateStyle", "ISO, MDY"),
          new ParameterStatus("default_transaction_read_only", "off"),
          new ParameterStatus("in_hot_standby", "off"),
          new ParameterStatus("integer_datetimes", "on"),
          new ParameterStatus("IntervalStyle", "postgres"),
          new ParameterStatus("is_superuser", "off"),
          new ParameterStatus("server_encoding", "UTF8"),
          new ParameterStatus("server_version", "15.0"),
          new ParameterStatus("session_authorization", "bench"),
          new ParameterStatus("standard_conforming_strings", "on"),
          new ParameterStatus("TimeZone", "UTC"));

  private static final Map<Statement, byte[]> COMPLETE = new EnumMap<>(Statement.class);

  static {
    for (Statement statement : Statement.values()) {
      COMPLETE.put(statement, bytes(new CommandComplete(statement.tag())));
    }
  }

  private Replies() {}

  /** Appends CommandComplete with the tag of this statement. */
  static void complete(Statement statement, ByteBuf out) {
    out.writeBytes(Objects.requireNonNull(COMPLETE.get(statement)));
  }

  static byte[] bytes(BackendMessage... messages) {
    ByteBuf out = Unpooled.buffer();
    Stream.of(messages).forEach(message -> message.encode(out));
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}

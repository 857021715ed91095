package dev.howdah.pooler.admin;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.ErrorResponse;
import dev.howdah.wire.message.BackendMessage.NoticeResponse;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.RowDescription;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A blocking client that shows everything it hears. */
final class ConsoleClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final int port;
  private final Socket socket;
  private final DataInputStream in;
  private final Map<String, String> parameters = new HashMap<>();
  private @Nullable BackendKeyData key;

  /** Everything up to ReadyForQuery, or the end. */
  record Answer(List<BackendMessage> messages) {

    List<String> tags() {
      return of(CommandComplete.class).map(CommandComplete::tag).toList();
    }

    List<ErrorFields> errors() {
      return of(ErrorResponse.class).map(ErrorResponse::summary).toList();
    }

    List<ErrorFields> notices() {
      return of(NoticeResponse.class).map(NoticeResponse::summary).toList();
    }

    List<RowDescription> descriptions() {
      return of(RowDescription.class).toList();
    }

    /** The values of a column in all rows. */
    List<@Nullable String> column(String name) {
      List<String> names =
          descriptions().getFirst().fields().stream().map(RowDescription.Field::name).toList();
      List<@Nullable String> values = new ArrayList<>();
      of(DataRow.class)
          .forEach(row -> {
            Bytes value = row.values().get(names.indexOf(name));
            values.add(value == null ? null : new String(value.toArray(), StandardCharsets.UTF_8));
          });
      return values;
    }

    private <M> Stream<M> of(Class<M> type) {
      return messages.stream().filter(type::isInstance).map(type::cast);
    }
  }

  private ConsoleClient(int port) throws IOException {
    this.port = port;
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Logs in; the answer may be a refusal. */
  static ConsoleClient connect(int port, String user, String database) throws IOException {
    var client = new ConsoleClient(port);
    ByteBuf out = Unpooled.buffer();
    new StartupMessage(
            StartupMessage.PROTOCOL_3_0,
            Map.of("user", user, "database", database, "application_name", "test"))
        .encode(out);
    client.sendBytes(out);
    return client;
  }

  /** Logs in and hears the welcome. */
  static ConsoleClient enter(int port, String user) throws IOException {
    ConsoleClient client = connect(port, user, "pgbouncer");
    Answer welcome = client.receive();
    if (!welcome.errors().isEmpty()) {
      throw new AssertionError("refused: " + welcome.errors());
    }
    return client;
  }

  Map<String, String> parameters() {
    return parameters;
  }

  Answer query(String sql) throws IOException {
    send(new FrontendMessage.Query(sql));
    return receive();
  }

  void send(FrontendMessage... messages) throws IOException {
    ByteBuf out = Unpooled.buffer();
    for (FrontendMessage message : messages) {
      message.encode(out);
    }
    sendBytes(out);
  }

  private void sendBytes(ByteBuf out) throws IOException {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    socket.getOutputStream().write(bytes);
  }

  /** Asks for the cancellation of what this client runs, on another connection. */
  void cancel() throws IOException {
    BackendKeyData mine = key;
    if (mine == null) {
      throw new AssertionError("no key was issued");
    }
    try (var other = new ConsoleClient(port)) {
      ByteBuf out = Unpooled.buffer();
      new CancelRequest(mine.processId(), mine.secret()).encode(out);
      other.sendBytes(out);
      if (other.in.read() >= 0) {
        throw new AssertionError("a cancel request was answered");
      }
    }
  }

  /** Reads up to ReadyForQuery or the end of the connection. */
  Answer receive() throws IOException {
    List<BackendMessage> messages = new ArrayList<>();
    while (true) {
      int type = in.read();
      if (type < 0) {
        return new Answer(messages);
      }
      byte[] body = new byte[in.readInt() - Integer.BYTES];
      in.readFully(body);
      BackendMessage message = BackendMessage.decode((byte) type, Unpooled.wrappedBuffer(body));
      switch (message) {
        case ReadyForQuery _ -> {
          return new Answer(messages);
        }
        case ParameterStatus(var name, var value) -> parameters.put(name, value);
        case BackendKeyData data -> key = data;
        case Authentication _ -> {
          // Everybody is trusted.
        }
        default -> messages.add(message);
      }
    }
  }

  /** Whether the other side has closed the connection. */
  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

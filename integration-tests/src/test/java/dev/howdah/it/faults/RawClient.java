package dev.howdah.it.faults;

import dev.howdah.it.fixture.Target;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks PostgreSQL's protocol byte by byte, so that it can misbehave in ways that no
 * library would. Blocking; a read that takes longer than 30 s fails. One thread at a time, but for
 * {@link #cancel}.
 */
final class RawClient implements AutoCloseable {
  static final int PROTOCOL_3_0 = 3 << 16;
  static final int CANCEL_CODE = 80877102;
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Target target;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int processId;
  private byte[] secret = new byte[0];

  /** One message from the server's side. */
  static final class Message {
    private final char type;
    private final byte[] body;

    Message(char type, byte[] body) {
      this.type = type;
      this.body = body;
    }

    char type() {
      return type;
    }

    /** What follows the length; not a copy. */
    byte[] body() {
      return body;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * Everything up to a ReadyForQuery, or up to the end of the connection.
   *
   * @param rows the first column of each row
   * @param error the first error
   * @param status of the ReadyForQuery; 0 when the connection ended instead
   */
  record Answer(
      List<String> rows, Map<Character, String> error, char status, List<Message> messages) {

    /** The error's SQLSTATE; empty without an error. */
    String sqlState() {
      return error.getOrDefault('C', "");
    }

    String message() {
      return error.getOrDefault('M', "");
    }

    boolean isClosed() {
      return status == 0;
    }

    boolean has(char type) {
      return messages.stream().anyMatch(message -> message.type() == type);
    }
  }

  private RawClient(Target target, int receiveBufferBytes) throws IOException {
    this.target = target;
    this.socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(
        new InetSocketAddress(target.endpoint().host(), target.endpoint().port()), TIMEOUT_MILLIS);
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /** Connects and says nothing. */
  static RawClient connect(Target target) throws IOException {
    return new RawClient(target, 0);
  }

  /** Connects and logs in; fails when that is refused. */
  static RawClient login(Target target) throws IOException {
    return login(target, Map.of());
  }

  /** Logs in with further startup parameters. */
  static RawClient login(Target target, Map<String, String> parameters) throws IOException {
    RawClient client = connect(target);
    client.startup(parameters);
    Answer answer = client.readAnswer();
    if (answer.isClosed()) {
      client.close();
      throw new IOException("login refused: " + answer.error());
    }
    return client;
  }

  /** Logs in with a small receive buffer, to be a slow reader early. */
  static RawClient loginSlow(Target target, int receiveBufferBytes) throws IOException {
    RawClient client = new RawClient(target, receiveBufferBytes);
    client.startup(Map.of());
    client.readAnswer();
    return client;
  }

  /** Tries to log in and returns what was said, whatever it is. */
  static Answer tryLogin(Target target) throws IOException {
    try (RawClient client = connect(target)) {
      client.startup(Map.of());
      return client.readAnswer();
    }
  }

  /** Logs in, asks once, says goodbye. */
  static Answer ask(Target target, String sql) throws IOException {
    try (RawClient client = login(target)) {
      return client.query(sql);
    }
  }

  // ---- sending ----

  static byte[] startupPacket(Target target, Map<String, String> parameters) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("user", target.user());
    all.put("database", target.database());
    all.putAll(parameters);
    var body = new ByteArrayOutputStream();
    all.forEach((name, value) -> {
      body.writeBytes(zeroEnded(name));
      body.writeBytes(zeroEnded(value));
    });
    body.write(0);
    return packet(PROTOCOL_3_0, body.toByteArray());
  }

  /** A packet without a type byte. */
  static byte[] packet(int code, byte[] body) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(int32(8 + body.length));
    all.writeBytes(int32(code));
    all.writeBytes(body);
    return all.toByteArray();
  }

  static byte[] message(char type, byte[] body) {
    var all = new ByteArrayOutputStream();
    all.write(type);
    all.writeBytes(int32(4 + body.length));
    all.writeBytes(body);
    return all.toByteArray();
  }

  static byte[] queryMessage(String sql) {
    return message('Q', zeroEnded(sql));
  }

  static byte[] int32(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  static byte[] zeroEnded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] ended = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, ended, 0, bytes.length);
    return ended;
  }

  void startup(Map<String, String> parameters) throws IOException {
    send(startupPacket(target, parameters));
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void send(char type, byte[] body) throws IOException {
    send(message(type, body));
  }

  void sendQuery(String sql) throws IOException {
    send(queryMessage(sql));
  }

  Answer query(String sql) throws IOException {
    sendQuery(sql);
    return readAnswer();
  }

  // ---- receiving ----

  /** The next message; null when the connection ended. */
  @Nullable Message read() throws IOException {
    try {
      char type = (char) in.readUnsignedByte();
      int length = in.readInt() - 4;
      byte[] body = in.readNBytes(length); // grows as it comes, whatever was announced
      return body.length < length ? null : new Message(type, body);
    } catch (EOFException | SocketException _) {
      return null;
    }
  }

  /** Reads and drops up to so many bytes; returns how many came before the connection ended. */
  int readBytes(byte[] into) throws IOException {
    return in.readNBytes(into, 0, into.length);
  }

  /** Reads to the next ReadyForQuery or to the end. */
  Answer readAnswer() throws IOException {
    List<String> rows = new ArrayList<>();
    List<Message> messages = new ArrayList<>();
    Map<Character, String> error = Map.of();
    while (true) {
      Message message = read();
      if (message == null) {
        return new Answer(rows, error, (char) 0, messages);
      }
      messages.add(message);
      switch (message.type()) {
        case 'D' -> rows.add(firstColumn(message.body()));
        case 'E' -> error = error.isEmpty() ? fields(message.body()) : error;
        case 'K' -> keepKey(message.body());
        case 'Z' -> {
          return new Answer(rows, error, (char) message.body()[0], messages);
        }
        default -> {
          // Kept in the list.
        }
      }
    }
  }

  /** Reads messages until one of this type has come. */
  Message readUntil(char type) throws IOException {
    while (true) {
      Message message = read();
      if (message == null) {
        throw new EOFException("the connection ended before message " + type);
      }
      if (message.type() == type) {
        return message;
      }
    }
  }

  private void keepKey(byte[] body) {
    processId = int32At(body, 0);
    secret = new byte[body.length - 4];
    System.arraycopy(body, 4, secret, 0, secret.length);
  }

  private static String firstColumn(byte[] row) {
    int length = int32At(row, 2);
    return length < 0 ? "null" : new String(row, 6, length, StandardCharsets.UTF_8);
  }

  private static int int32At(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }

  static Map<Character, String> fields(byte[] body) {
    Map<Character, String> fields = new LinkedHashMap<>();
    int at = 0;
    while (at < body.length && body[at] != 0) {
      int end = at + 1;
      while (body[end] != 0) {
        end++;
      }
      String value = new String(body, at + 1, end - at - 1, StandardCharsets.UTF_8);
      fields.put((char) body[at], value);
      at = end + 1;
    }
    return fields;
  }

  // ---- cancel ----

  int processId() {
    return processId;
  }

  byte[] secret() {
    return secret.clone();
  }

  /** Sends a cancel request with our own key and waits until the other side closes. */
  void cancel() throws IOException {
    cancel(target, processId, secret);
  }

  /** Sends a cancel request with any key. */
  static void cancel(Target target, int processId, byte[] secret) throws IOException {
    var body = new ByteArrayOutputStream();
    body.writeBytes(int32(processId));
    body.writeBytes(secret);
    try (RawClient canceller = connect(target)) {
      canceller.send(packet(CANCEL_CODE, body.toByteArray()));
      canceller.readBytes(new byte[1]);
    }
  }

  // ---- the end ----

  int localPort() {
    return socket.getLocalPort();
  }

  void setReadTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  /** Ends the connection with a reset, as a dead process with unread data does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Ends the connection without a word. */
  void vanish() throws IOException {
    socket.close();
  }

  /** Says goodbye, then closes. */
  @Override
  public void close() throws IOException {
    try {
      send('X', new byte[0]);
    } catch (IOException _) {
      // Closed by the other side already.
    }
    socket.close();
  }
}

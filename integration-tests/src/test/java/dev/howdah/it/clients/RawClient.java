package dev.howdah.it.clients;

import dev.howdah.it.fixture.Target;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that knows no more of the protocol than its framing, so that it can send what no library
 * would, and sees every byte of the answers. Blocking, one thread; every read has a deadline.
 */
public final class RawClient implements AutoCloseable {
  /** The version that every server and client speaks. */
  public static final int PROTOCOL_3_0 = 0x0003_0000;

  private static final int READ_TIMEOUT_MILLIS = 15_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final Map<String, String> parameters = new TreeMap<>();
  private final List<Message> startup = new ArrayList<>();

  /** One message of the server. */
  @SuppressWarnings("ArrayRecordComponent") // compared as text
  public record Message(char type, byte[] body) {

    /** The body as text, for assertions and failures. */
    public String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** A field of an ErrorResponse or NoticeResponse, by its code; empty when absent. */
    public String field(char code) {
      for (String field : text().split("\0", -1)) {
        if (!field.isEmpty() && field.charAt(0) == code) {
          return field.substring(1);
        }
      }
      return "";
    }

    /** Type and body on one line, equal only for equal bytes. */
    @Override
    public String toString() {
      StringBuilder line = new StringBuilder().append(type).append(' ');
      for (byte b : body) {
        if (b >= ' ' && b < 0x7F && b != '\\') {
          line.append((char) b);
        } else {
          line.append('\\').append(HexFormat.of().toHexDigits(b));
        }
      }
      return line.toString();
    }
  }

  private RawClient(Target target) throws IOException {
    socket.connect(
        new InetSocketAddress(target.endpoint().host(), target.endpoint().port()),
        READ_TIMEOUT_MILLIS);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Connects and sends nothing yet. */
  public static RawClient connect(Target target) throws IOException {
    return new RawClient(target);
  }

  /** Logs in without a password. */
  public static RawClient login(Target target, Map<String, String> settings) throws IOException {
    RawClient client = connect(target);
    Map<String, String> all = new LinkedHashMap<>();
    all.put("user", target.user());
    all.put("database", target.database());
    all.putAll(settings);
    client.startup(PROTOCOL_3_0, all);
    Message last = client.readStartup();
    if (last.type() != 'Z') {
      client.close();
      throw new IOException("login refused: " + last);
    }
    return client;
  }

  /** Sends a startup packet. */
  public void startup(int protocol, Map<String, String> all) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(int32(protocol));
    all.forEach((name, value) -> {
      body.writeBytes(text(name));
      body.writeBytes(text(value));
    });
    body.write(0);
    send(int32(body.size() + 4));
    send(body.toByteArray());
  }

  /** Reads through the login's ReadyForQuery or error, keeping the parameters reported. */
  public Message readStartup() throws IOException {
    while (true) {
      Message message = read();
      startup.add(message);
      if (message.type() == 'S') {
        String[] pair = message.text().split("\0", -1);
        parameters.put(pair[0], pair[1]);
      }
      if (message.type() == 'Z' || message.type() == 'E') {
        return message;
      }
    }
  }

  /** ParameterStatus values of the login, by name. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** All messages of the login. */
  public List<Message> startupMessages() {
    return startup;
  }

  /**
   * How long a read may wait from now on, in milliseconds; a {@link
   * java.net.SocketTimeoutException} tells that nothing came.
   */
  public void patience(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  /** Sends bytes as they are. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Sends a simple query and returns everything through its ReadyForQuery. */
  public List<Message> query(String sql) throws IOException {
    send(message('Q', text(sql)));
    List<Message> answer = new ArrayList<>();
    do {
      answer.add(read());
    } while (answer.getLast().type() != 'Z');
    return answer;
  }

  /** The first column of the first row of a simple query. */
  public String ask(String sql) throws IOException {
    List<Message> answer = query(sql);
    for (Message message : answer) {
      if (message.type() == 'D') {
        ByteBuffer row = ByteBuffer.wrap(message.body());
        byte[] value = new byte[row.getInt(2)];
        row.get(6, value);
        return new String(value, StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no row in " + answer);
  }

  /**
   * The next message.
   *
   * @throws EOFException if the connection was closed between messages
   */
  public Message read() throws IOException {
    int type;
    try {
      type = in.read();
    } catch (SocketException e) {
      type = -1; // a reset is as good an end as a close
    }
    if (type < 0) {
      throw new EOFException("closed");
    }
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Message((char) type, body);
  }

  /** A message with its header. */
  public static byte[] message(char type, byte[]... parts) {
    int length = 4;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 + length).put((byte) type).putInt(length);
    for (byte[] part : parts) {
      buffer.put(part);
    }
    return buffer.array();
  }

  /** A string with its zero byte. */
  public static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  /** A 16-bit number in network order. */
  public static byte[] int16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  /** A 32-bit number in network order. */
  public static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** Closes without a Terminate. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Says goodbye, then closes. */
  public void terminate() throws IOException {
    try {
      send(message('X'));
    } catch (SocketException e) {
      // Closed from the other side already.
    }
    close();
  }
}

package dev.howdah.it.faults;

import dev.howdah.it.fixture.Target;
import dev.howdah.topology.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that misbehaves by script: each connection is given to the script, on a thread of its
 * own, after its startup packet was read. Safe for all threads.
 */
final class FakePostgres implements AutoCloseable {
  private final ServerSocket listener;
  private final Script script;
  private final Map<Link, Boolean> open = new ConcurrentHashMap<>();
  private final Queue<String> queries = new ConcurrentLinkedQueue<>();
  private final AtomicInteger logins = new AtomicInteger();
  private volatile boolean closing;

  /** What it does with a connection. */
  @FunctionalInterface
  interface Script {
    /**
     * Serves a connection until it returns; then the connection is closed.
     *
     * @param number of the connection, from 1; cancel requests are not counted
     */
    void serve(Link link, int number) throws IOException;
  }

  private FakePostgres(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  static FakePostgres start(Script script) throws IOException {
    return start("127.0.0.1", 0, script);
  }

  /** One at a loopback address and port of the caller's choice; port 0 takes any. */
  static FakePostgres start(String address, int port, Script script) throws IOException {
    var fake = new FakePostgres(new ServerSocket(port, 50, InetAddress.getByName(address)), script);
    Thread.ofVirtual().start(fake::acceptAll);
    return fake;
  }

  Target target() {
    return new Target(new Endpoint("127.0.0.1", port()), "fake", "postgres", "");
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections sent a startup packet. */
  int logins() {
    return logins.get();
  }

  /** Every simple query received, over all connections. */
  Queue<String> queries() {
    return queries;
  }

  private void acceptAll() {
    while (!closing) {
      try {
        Link link = new Link(listener.accept());
        open.put(link, true);
        Thread.ofVirtual().start(() -> serve(link));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Link link) {
    try (link) {
      int length = link.in.readInt();
      int code = link.in.readInt();
      link.in.skipNBytes(length - 8);
      if (code == RawClient.PROTOCOL_3_0) {
        script.serve(link, logins.incrementAndGet());
      }
    } catch (IOException _) {
      // The pooler went away, which is its right.
    } finally {
      open.remove(link);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    listener.close();
    for (Link link : open.keySet()) {
      link.close();
    }
  }

  /** One connection, as its server sees it. */
  final class Link implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Link(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Lets the pooler in without a password. */
    void acceptLogin() throws IOException {
      var all = new ByteArrayOutputStream();
      all.writeBytes(RawClient.message('R', RawClient.int32(0)));
      all.writeBytes(RawClient.message('S', text("server_version\0" + "15.0\0")));
      all.writeBytes(RawClient.message('K', new byte[] {0, 0, 0, 1, 2, 3, 4, 5}));
      all.writeBytes(ready('I'));
      send(all.toByteArray());
    }

    /** The next message's type; its body is noted if it is a query. */
    char receive() throws IOException {
      char type = (char) in.readUnsignedByte();
      byte[] body = in.readNBytes(in.readInt() - 4);
      if (type == 'Q') {
        queries.add(new String(body, 0, body.length - 1, StandardCharsets.UTF_8));
      }
      return type;
    }

    void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Answers every query with one row, until the pooler leaves. */
    void behave() throws IOException {
      while (true) {
        if (receive() == 'X') {
          return;
        }
        send(answer("fine"));
      }
    }

    /** Waits until the other side closes. */
    void hang() throws IOException {
      while (in.read() >= 0) {
        // Nothing is answered.
      }
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  static byte[] ready(char status) {
    return RawClient.message('Z', new byte[] {(byte) status});
  }

  static byte[] row(String value) {
    byte[] bytes = text(value);
    var body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 1});
    body.writeBytes(RawClient.int32(bytes.length));
    body.writeBytes(bytes);
    return RawClient.message('D', body.toByteArray());
  }

  /** A whole answer of one row, without its description. */
  static byte[] answer(String value) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(row(value));
    all.writeBytes(RawClient.message('C', text("SELECT 1\0")));
    all.writeBytes(ready('I'));
    return all.toByteArray();
  }

  static byte[] fatal(String sqlState, String message) {
    return RawClient.message('E', text("SFATAL\0VFATAL\0C" + sqlState + "\0M" + message + "\0\0"));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.howdah.it.oracle;

import dev.howdah.it.fixture.Target;
import dev.howdah.topology.Endpoint;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between clients and a pooler and counts the bytes of their messages: all after the login,
 * but for the client's goodbye. Knows neither encryption nor passwords. Safe for all threads.
 */
final class CountingRelay implements AutoCloseable {
  private final ServerSocket listener;
  private final Target to;
  private final AtomicLong fromClients = new AtomicLong();
  private final AtomicLong toClients = new AtomicLong();

  /** What a message is worth to the counter. */
  private interface Meter {
    /** Bytes to count of a message of this type and whole length. */
    long count(char type, int bytes);
  }

  private CountingRelay(ServerSocket listener, Target to) {
    this.listener = listener;
    this.to = to;
  }

  static CountingRelay before(Target to) throws IOException {
    var relay = new CountingRelay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), to);
    Thread.ofVirtual().start(relay::accept);
    return relay;
  }

  /** How to reach the pooler through it. */
  Target target() {
    return new Target(
        new Endpoint("127.0.0.1", listener.getLocalPort()),
        to.database(),
        to.user(),
        to.password());
  }

  long fromClients() {
    return fromClients.get();
  }

  long toClients() {
    return toClients.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(to.endpoint().host(), to.endpoint().port());
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> relayRequests(client, server));
        Thread.ofVirtual().start(() -> relayAnswers(server, client));
      }
    } catch (IOException _) {
      // Closed: this relay is at its end.
    }
  }

  private void relayRequests(Socket client, Socket server) {
    relay(client, server, true, fromClients, (type, bytes) -> type == 'X' ? 0 : bytes);
  }

  private void relayAnswers(Socket server, Socket client) {
    boolean[] loggedIn = {false};
    relay(
        server,
        client,
        false,
        toClients,
        (type, bytes) -> {
          long counted = loggedIn[0] ? bytes : 0;
          loggedIn[0] |= type == 'Z';
          return counted;
        });
  }

  private static void relay(
      Socket from, Socket into, boolean startsWithPacket, AtomicLong total, Meter meter) {
    try (from;
        into) {
      var in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
      var out = new DataOutputStream(new BufferedOutputStream(into.getOutputStream()));
      if (startsWithPacket) {
        int length = in.readInt();
        out.writeInt(length);
        out.write(in.readNBytes(length - Integer.BYTES));
        out.flush();
      }
      while (true) {
        int type = in.read();
        if (type < 0) {
          return;
        }
        int length = in.readInt();
        byte[] body = in.readNBytes(length - Integer.BYTES);
        total.addAndGet(meter.count((char) type, 1 + length));
        out.write(type);
        out.writeInt(length);
        out.write(body);
        if (in.available() == 0) {
          out.flush();
        }
      }
    } catch (IOException _) {
      // One end is gone, and the other is closed with it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

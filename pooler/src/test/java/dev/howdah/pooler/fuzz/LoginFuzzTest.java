package dev.howdah.pooler.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.TestCertificates;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.wire.auth.ScramClientExchange;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.error.PoolerException;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Everything that can be sent before a client is authenticated, to a pooler that asks for every
 * kind of proof: nothing is logged as a bug or a leak, and nobody stays. {@code ./dev fuzz} is the
 * long form.
 */
class LoginFuzzTest {
  private static final int TIMEOUT_MILLIS = 10_000; // ten times client_login_timeout
  private static final Queue<String> ERRORS = new ConcurrentLinkedQueue<>();
  private static final AppenderBase<ILoggingEvent> LISTENING =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            String trace =
                event.getThrowableProxy() == null
                    ? ""
                    : ThrowableProxyUtil.asString(event.getThrowableProxy());
            ERRORS.add(event.getFormattedMessage() + "\n" + trace);
          }
        }
      };
  private static final Logger HOWDAH = (Logger) LoggerFactory.getLogger("dev.howdah");
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  @SuppressWarnings("NullAway.Init") // all three: before the first property
  private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Pooler pooler;

  @SuppressWarnings("NullAway.Init")
  private static SSLContext tls;

  @BeforeContainer
  static void start() throws Exception {
    HOWDAH.setLevel(Level.ERROR); // each refusal is a warning, and there are thousands
    LISTENING.start();
    ROOT.addAppender(LISTENING);
    folder = Files.createTempDirectory("howdah-fuzz-");
    var certificates = new TestCertificates(folder);
    var server = certificates.issue("localhost");
    assertThat(server).isNotNull();
    Path users =
        Files.writeString(
            folder.resolve("userlist.txt"),
            """
            "anna" "secret"
            "trusted" ""
            """);
    Path rules =
        Files.writeString(
            folder.resolve("pg_hba.conf"),
            """
            host    trusted all all trust
            host    plain   all all password
            host    md5     all all md5
            hostssl cert    all all cert
            host    all     all all scram-sha-256
            """);
    Path file =
        Files.writeString(
            folder.resolve("howdah.ini"),
            """
            [databases]
            * = host=127.0.0.1 port=1
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = 0
            unix_socket_dir =
            event_loops = 2
            auth_type = hba
            auth_hba_file = %s
            auth_file = %s
            client_login_timeout = 1
            client_tls_sslmode = allow
            client_tls_key_file = %s
            client_tls_cert_file = %s
            client_tls_ca_file = %s
            scram_iterations = 256
            """
                .formatted(
                    rules,
                    users,
                    certificates.file("localhost.key"),
                    certificates.file("localhost.crt"),
                    certificates.file("ca.crt")));
    pooler = Pooler.start(ConfigLoader.load(file, _ -> null));
    tls = SSLContext.getInstance("TLS");
    tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
  }

  @AfterContainer
  static void stop() throws IOException {
    pooler.close();
    ROOT.detachAppender(LISTENING);
    HOWDAH.setLevel(null);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @AfterProperty
  void nobody_stays_and_nothing_is_logged_as_a_bug_or_a_leak() {
    await().atMost(Duration.ofSeconds(10)).until(() -> pooler.stats().clients() == 0);
    System.gc(); // leaks are found when their buffers are collected
    assertThat(ERRORS).isEmpty();
  }

  @Provide
  Arbitrary<List<byte[]>> streams() {
    return Packets.streams();
  }

  @Property
  void whatever_a_stranger_sends_it_is_shown_out(@ForAll("streams") List<byte[]> reads)
      throws IOException {
    try (Socket socket = connect()) {
      boolean closed = send(socket, reads);
      if (!closed) {
        socket.shutdownOutput();
      }
      assertEnds(socket);
    }
  }

  @Property(tries = 3)
  void strangers_who_fall_silent_are_shown_out_by_the_clock(
      @ForAll("crowds") List<List<byte[]>> crowd) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (List<byte[]> reads : crowd) {
      Socket socket = connect();
      sockets.add(socket);
      send(socket, reads);
    }
    for (Socket socket : sockets) {
      assertEnds(socket);
      socket.close();
    }
  }

  @Provide
  Arbitrary<List<List<byte[]>>> crowds() {
    return Packets.streams().list().ofSize(60);
  }

  /** Sends, and hears what is said to requests for encryption. */
  private static boolean send(Socket socket, List<byte[]> reads) throws IOException {
    try {
      for (byte[] read : reads) {
        socket.getOutputStream().write(read);
        if (Packets.isEncryptionRequest(read) && socket.getInputStream().read() < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer and no end", e);
    } catch (IOException _) {
      return true; // shown out already
    }
  }

  @Property(tries = 100)
  void behind_encryption_it_is_the_same(
      @ForAll("streams") List<byte[]> reads, @ForAll boolean direct) throws IOException {
    try (Socket plain = connect()) {
      if (!direct) {
        plain.getOutputStream().write(Packets.SSL_REQUEST);
        assertThat(plain.getInputStream().read()).isEqualTo('S');
      }
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 0, false)) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"postgresql"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        for (byte[] read : reads) {
          socket.getOutputStream().write(read);
        }
        plain.shutdownOutput();
        assertEnds(plain);
      } catch (SSLException _) {
        assertEnds(plain);
      } catch (IOException _) {
        // Shown out while it sent.
      }
    }
  }

  /** Answers the challenge as it should, but for some damage. */
  @Property
  void a_scram_dialogue_may_go_wrong_anywhere(
      @ForAll("damages") List<Integer> damage, @ForAll boolean rightPassword) throws IOException {
    ScramClientExchange exchange = ScramClientExchange.unbound();
    try (Socket socket = connect()) {
      var in = new DataInputStream(socket.getInputStream());
      socket.getOutputStream().write(startup());
      readMessage(in);
      byte[] first = exchange.clientFirst();
      var initial = new ByteArrayOutputStream();
      initial.writeBytes("SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII));
      initial.writeBytes(ByteBuffer.allocate(4).putInt(first.length).array());
      initial.writeBytes(first);
      socket
          .getOutputStream()
          .write(Packets.message('p', changed(initial.toByteArray(), damage.get(0))));
      byte[] challenge = readMessage(in);
      if (challenge.length > 4 && challenge[3] == 11) {
        byte[] text = Arrays.copyOfRange(challenge, 4, challenge.length);
        var asked = exchange.serverFirst(text);
        String password = rightPassword ? "secret" : "wrong";
        byte[] last =
            exchange.clientFinal(
                ScramKeys.derive(password, asked.salt().toArray(), asked.iterations()));
        socket.getOutputStream().write(Packets.message('p', changed(last, damage.get(1))));
      }
      socket.shutdownOutput();
      assertEnds(socket);
    } catch (PoolerException | IOException _) {
      // Our own client does not like what came back for what it did not send.
    }
  }

  @Provide
  Arbitrary<List<Integer>> damages() {
    return Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(0)), Tuple.of(3, Arbitraries.integers().greaterOrEqual(1)))
        .list()
        .ofSize(2);
  }

  /** None for 0, else one byte changed. */
  private static byte[] changed(byte[] bytes, int damage) {
    byte[] out = bytes.clone();
    if (damage != 0 && out.length > 0) {
      out[(damage >>> 8) % out.length] = (byte) damage;
    }
    return out;
  }

  private static byte[] startup() {
    byte[] body = "user\0anna\0database\0erp\0\0".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + body.length)
        .putInt(8 + body.length)
        .putInt(3 << 16)
        .put(body)
        .array();
  }

  private static byte[] readMessage(DataInputStream in) throws IOException {
    in.readByte();
    return in.readNBytes(in.readInt() - 4);
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), pooler.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void assertEnds(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // What it says does not matter here.
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection is still open", e);
    } catch (IOException _) {
      // Reset is an end as well.
    }
  }
}

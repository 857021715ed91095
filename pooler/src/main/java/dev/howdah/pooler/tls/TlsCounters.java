package dev.howdah.pooler.tls;

import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSession;

/** What became of TLS handshakes since start, on either side. Safe for all threads. */
public final class TlsCounters {
  private final Handshakes withClients = new Handshakes();
  private final Handshakes withServers = new Handshakes();

  /** How a handshake ended: the version and the cipher suite, by their standard names. */
  public record Agreement(String version, String cipher) implements Comparable<Agreement> {
    @Override
    public int compareTo(Agreement other) {
      int byVersion = version.compareTo(other.version);
      return byVersion != 0 ? byVersion : cipher.compareTo(other.cipher);
    }
  }

  /** The handshakes of one side. */
  public static final class Handshakes {
    private final Map<Agreement, LongAdder> done = new ConcurrentHashMap<>();
    private final LongAdder failed = new LongAdder();

    /** A handshake has succeeded. */
    public void onDone(SslHandler handler) {
      SSLSession session = handler.engine().getSession();
      done.computeIfAbsent(
              new Agreement(session.getProtocol(), session.getCipherSuite()), _ -> new LongAdder())
          .increment();
    }

    /** A handshake has failed, or the other side went away in the middle of it. */
    public void onFailed() {
      failed.increment();
    }

    /** Those that succeeded. There are as few kinds as the library knows. */
    public Map<Agreement, Long> done() {
      Map<Agreement, Long> sums = new TreeMap<>();
      done.forEach((agreement, count) -> sums.put(agreement, count.sum()));
      return sums;
    }

    /** How many failed. */
    public long failed() {
      return failed.sum();
    }
  }

  /** Those with clients. */
  public Handshakes withClients() {
    return withClients;
  }

  /** Those with servers. */
  public Handshakes withServers() {
    return withServers;
  }
}

package dev.howdah.failover.observe;

import dev.howdah.failover.decide.EvidenceTracker;
import dev.howdah.failover.decide.EvidenceTracker.Outcome;
import dev.howdah.topology.NodeSpec;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Asks one node four times a second over a connection that is held, and connects anew when it is
 * lost: quickly after a refusal, because three of them in a row are evidence. One virtual thread.
 */
public final class NodeWatcher implements AutoCloseable {

  private static final ProbeDeadlines DEADLINES =
      new ProbeDeadlines(Duration.ofSeconds(1), Duration.ofSeconds(1));
  private static final long PERIOD_MILLIS = 250;
  private static final long AFTER_REFUSAL_MILLIS = 100;
  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final NodeSpec node;
  private final NodeProbe probe;
  private final NodeListener listener;
  private final BooleanSupplier heartbeatWanted;
  private final EvidenceTracker tracker = new EvidenceTracker(System.nanoTime());
  private final Thread thread;
  private long heartbeatAtNanos = System.nanoTime();

  /**
   * Begins at once.
   *
   * @param heartbeatWanted whether to write WAL heartbeats if the node turns out to be a primary
   */
  public NodeWatcher(
      NodeSpec node,
      NodeCredentials credentials,
      NodeListener listener,
      BooleanSupplier heartbeatWanted) {
    this.node = node;
    this.probe = new NodeProbe(node.endpoint(), credentials, DEADLINES);
    this.listener = listener;
    this.heartbeatWanted = heartbeatWanted;
    this.thread = Thread.ofVirtual().name("watch-" + node.name()).start(this::run);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Outcome outcome = attempt();
        TimeUnit.MILLISECONDS.sleep(
            outcome == Outcome.RESET || outcome == Outcome.REFUSED
                ? AFTER_REFUSAL_MILLIS
                : PERIOD_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      probe.close();
    }
  }

  private Outcome attempt() {
    boolean held = probe.isConnected();
    Optional<NodeObservation> observation = Optional.empty();
    Outcome outcome;
    try {
      NodeObservation seen = probe.observe();
      observation = Optional.of(seen);
      outcome = Outcome.ANSWERED;
      long now = System.nanoTime();
      // A fenced node shall write nothing that its standbys do not have.
      if (!seen.inRecovery()
          && !seen.readOnly()
          && now - heartbeatAtNanos >= HEARTBEAT_NANOS
          && heartbeatWanted.getAsBoolean()) {
        heartbeatAtNanos = now;
        probe.writeHeartbeat();
      }
    } catch (SQLException e) {
      outcome = outcomeOf(e, held);
    }
    long now = System.nanoTime();
    tracker.record(outcome, now);
    listener.observed(node.name(), tracker.evidence(now), observation);
    return outcome;
  }

  /** What a failure says about the server. {@code held} tells a lost connection from a new one. */
  static Outcome outcomeOf(SQLException failure, boolean held) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (state.equals("57P03")) {
      return Outcome.STARTING;
    }
    if (state.equals("57P01") || state.equals("57P02")) {
      return Outcome.RESET;
    }
    if (!state.startsWith("08")) {
      // Any other SQLSTATE was sent by a living server: too many connections, a wrong password.
      return Outcome.UNWELCOME;
    }
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException || cause instanceof InterruptedIOException) {
        return Outcome.TIMED_OUT;
      }
      if (cause instanceof ConnectException) {
        return "Connection refused".equals(cause.getMessage())
            ? Outcome.REFUSED
            : Outcome.TIMED_OUT;
      }
      if (cause instanceof EOFException || cause instanceof SocketException) {
        return held ? Outcome.RESET : Outcome.REFUSED;
      }
    }
    return Outcome.TIMED_OUT;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

package dev.howdah.failover.decide;

import dev.howdah.topology.Evidence;
import java.util.concurrent.TimeUnit;

/**
 * Sorts what one observer's attempts to reach one node came to into a class of evidence. A step
 * machine; one thread.
 *
 * <p>A refusal counts only three times in a row, and at once only after a connection that was held
 * has been reset: then the process that answered is gone. Silence takes two seconds. Everything
 * that is an answer of the server, even an unfriendly one, ends both.
 */
public final class EvidenceTracker {

  /** How an attempt ended. */
  public enum Outcome {
    /** The question was answered. */
    ANSWERED,
    /** The connection held was closed or reset by the other side. */
    RESET,
    /** A new connection was refused: nobody listens. */
    REFUSED,
    /** The server says that it starts, stops or recovers (57P03). */
    STARTING,
    /** The server answers, but lets nobody in: too many connections, a wrong password. */
    UNWELCOME,
    /** Neither an answer nor a refusal in time. */
    TIMED_OUT
  }

  private static final int REFUSALS = 3;
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private boolean heard;
  private boolean reset;
  private int refusals;
  private long firstRefusalAt;
  private boolean starting;
  private boolean unwelcome;
  private long lastAnswerAt;
  private long lastSignAt;

  /** Begins without any knowledge. */
  public EvidenceTracker(long nowNanos) {
    lastAnswerAt = nowNanos;
    lastSignAt = nowNanos;
  }

  /** One more attempt has ended. */
  public void record(Outcome outcome, long nowNanos) {
    switch (outcome) {
      case ANSWERED -> {
        sign(nowNanos);
        reset = false;
        lastAnswerAt = nowNanos;
      }
      case STARTING -> {
        sign(nowNanos);
        starting = true;
      }
      case UNWELCOME -> {
        sign(nowNanos);
        unwelcome = true;
      }
      case RESET -> reset = true;
      case REFUSED -> {
        if (refusals == 0) {
          firstRefusalAt = nowNanos;
        }
        refusals++;
      }
      case TIMED_OUT -> refusals = 0;
    }
  }

  private void sign(long nowNanos) {
    heard = true;
    refusals = 0;
    starting = false;
    unwelcome = false;
    lastSignAt = nowNanos;
  }

  /** What follows from all attempts so far. */
  public Evidence evidence(long nowNanos) {
    boolean longRefused = refusals > 0 && nowNanos - firstRefusalAt >= SILENT_NANOS;
    if (refusals >= REFUSALS && ((heard && reset) || longRefused)) {
      return Evidence.HARD;
    }
    if (nowNanos - lastSignAt >= SILENT_NANOS) {
      return Evidence.SILENT;
    }
    if (!heard) {
      return Evidence.UNKNOWN;
    }
    if (starting) {
      return Evidence.RECOVERING;
    }
    return unwelcome || nowNanos - lastAnswerAt >= SLOW_NANOS ? Evidence.SLOW : Evidence.HEALTHY;
  }
}

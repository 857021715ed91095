package dev.howdah.topology;

/**
 * The right to use connections to the primary of one epoch, until a moment of the monotonic clock.
 * Immutable; the newest stands in a volatile field, and asking it costs a read and a {@code
 * System.nanoTime()}.
 *
 * <p>Two gates ask it. The <em>forward gate</em> asks before anything that can start or continue
 * work goes to a connection to the primary; refused means: hold the client. The <em>ack gate</em>
 * asks after bytes were read from such a connection and before they are relayed; refused means:
 * drop them and close the connection, its outcome is unknown. The second one is what makes a
 * process that slept through a failover harmless, for it reads its clock after it woke up.
 *
 * @param epoch the epoch value it was granted under, 0 for {@link #NONE}
 * @param deadlineNanos of {@code System.nanoTime()}
 */
public record WriteLease(long epoch, long deadlineNanos) {

  /** Permits nothing. */
  public static final WriteLease NONE = new WriteLease(0, 0);

  /**
   * Whether a connection opened under {@code connectionEpoch} may be used at this moment.
   *
   * @param connectionEpoch value of the epoch the connection belongs to
   * @param nowNanos {@code System.nanoTime()}, read now and, for the ack gate, after the bytes
   */
  public boolean permits(long connectionEpoch, long nowNanos) {
    return epoch != 0 && epoch == connectionEpoch && nowNanos - deadlineNanos < 0;
  }
}

package dev.howdah.wire.error;

/**
 * The other side sent bytes that the protocol does not allow: SQLSTATE 08P01, FATAL. Whoever sees
 * it closes the connection, because the stream can no longer be trusted to be in step.
 */
public final class ProtocolViolation extends PoolerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was wrong, without any of the offending bytes: they may be a secret
   */
  public ProtocolViolation(String message) {
    this(ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, message));
  }

  private ProtocolViolation(ErrorFields fields) {
    super(fields);
  }

  /** The same violation with a detail line for the operator. */
  public ProtocolViolation withDetail(String detail) {
    return new ProtocolViolation(fields().withDetail(detail));
  }
}

package dev.howdah.wire.error;

/**
 * An expected failure that some client shall be told about. It carries exactly what the client will
 * read and no stack trace, because it says something about the world and not about our code.
 */
public class PoolerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorFields fields;

  /** For subclasses; others use {@link #of}. */
  protected PoolerException(ErrorFields fields) {
    super(fields.message(), null, false, false);
    this.fields = fields;
  }

  /** An exception that reports these fields. */
  public static PoolerException of(ErrorFields fields) {
    return new PoolerException(fields);
  }

  /** What to send to the client. */
  public ErrorFields fields() {
    return fields;
  }
}

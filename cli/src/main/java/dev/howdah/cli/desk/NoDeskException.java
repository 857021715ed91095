package dev.howdah.cli.desk;

import java.io.IOException;

/** There is no pooler to ask; the message says who was tried, or what to name. */
public final class NoDeskException extends IOException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself, of one or more lines. */
  public NoDeskException(String message) {
    super(message);
  }

  /** The same with what lies behind it. */
  public NoDeskException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.howdah.cli.serve;

/** The pooler could not be started; the message tells people what to change. */
public final class LaunchException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With a message that stands by itself, of one or more lines. */
  public LaunchException(String message) {
    super(message);
  }

  /** With a message that stands by itself, and what lies behind it. */
  public LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}

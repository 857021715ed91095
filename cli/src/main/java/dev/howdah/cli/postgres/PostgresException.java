package dev.howdah.cli.postgres;

/** A local server could not be unpacked, started or stopped; the message is meant for people. */
public final class PostgresException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PostgresException(String message) {
    super(message);
  }

  PostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}

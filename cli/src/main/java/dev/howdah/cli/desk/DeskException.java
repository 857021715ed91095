package dev.howdah.cli.desk;

import java.io.IOException;

/** The pooler answered, and its answer is no. */
public final class DeskException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean forbidden;

  /**
   * With the pooler's own words.
   *
   * @param forbidden whether somebody else might have got another answer
   */
  public DeskException(String message, boolean forbidden) {
    super(message);
    this.forbidden = forbidden;
  }

  /** Whether we were not let in, or have not the right. */
  public boolean isForbidden() {
    return forbidden;
  }
}

package dev.howdah.cli.command;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked, for a reason people can act upon. No stack trace. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final @Nullable String hint;

  /**
   * Ends the command.
   *
   * @param exitCode one of {@link ExitCode}
   * @param sentence what is wrong
   * @param hint what to do about it; null when the sentence says it all
   */
  public CommandException(int exitCode, String sentence, @Nullable String hint) {
    super(sentence, null, false, false);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  /** What the shell gets. */
  public int exitCode() {
    return exitCode;
  }

  /** What to print: the sentence, and below it the hint. */
  public String text() {
    return "howdah: " + getMessage() + (hint == null ? "" : "\n  " + hint);
  }
}

package dev.howdah.cli.command;

/** What {@code howdah} returns to the shell; scripts may rely on it. */
public final class ExitCode {

  /** It did what was asked, also when it was asked to stop. */
  public static final int OK = 0;

  /** It could not. */
  public static final int FAILURE = 1;

  /** It was called the wrong way. */
  public static final int USAGE = 2;

  /** Whoever it should ask did not answer, or did not let it in. */
  public static final int UNREACHABLE = 3;

  /** It was understood and refused, with the reason: nothing has changed. */
  public static final int REFUSED = 4;

  private ExitCode() {}
}

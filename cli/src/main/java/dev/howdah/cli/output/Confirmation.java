package dev.howdah.cli.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --yes}, for commands that change what is hard to change back; a mixin. */
public final class Confirmation {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask back. Without a terminal this has to be said.")
  private boolean yes;

  /** What was answered. */
  public enum Answer {
    /** Do it. */
    YES,
    /** Leave it. */
    NO,
    /** There is nobody to ask; {@code --yes} would be needed. */
    NOBODY
  }

  /** Whether to do it without asking. */
  public boolean isGiven() {
    return yes;
  }

  /**
   * Asks, unless {@code --yes} was said.
   *
   * @param question with a question mark
   * @param answers where the person types
   * @param interactive whether there is a person
   */
  public Answer ask(String question, PrintWriter out, BufferedReader answers, boolean interactive)
      throws IOException {
    if (yes) {
      return Answer.YES;
    }
    if (!interactive) {
      return Answer.NOBODY;
    }
    out.print(question + " [y/N] ");
    out.flush();
    String line = answers.readLine();
    String word = line == null ? "" : line.strip().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes") ? Answer.YES : Answer.NO;
  }
}

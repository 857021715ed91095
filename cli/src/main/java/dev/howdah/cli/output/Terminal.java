package dev.howdah.cli.output;

import java.util.Map;

/**
 * What is at the other end of standard output.
 *
 * @param interactive a person's terminal: lines may be written over
 * @param colours may be used
 */
public record Terminal(boolean interactive, boolean colours) {

  /** A file, a pipe or a test. */
  public static final Terminal NONE = new Terminal(false, false);

  /**
   * Standard output as it is. Colours only on a terminal that knows them, and not if {@code
   * NO_COLOR} is set to anything (no-color.org).
   */
  public static Terminal ofStandardOutput() {
    return of(LiveLine.standardOutputIsTerminal(), System.getenv());
  }

  static Terminal of(boolean isTerminal, Map<String, String> environment) {
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(isTerminal && !dumb, isTerminal && !dumb && !unwanted);
  }
}

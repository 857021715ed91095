package dev.howdah.cli.output;

/** What a colour tells; without colours the words alone tell it. */
public enum Tone {
  /** Nothing to say about it. */
  PLAIN(""),
  /** As it should be. */
  GOOD("32"),
  /** Look at it some time. */
  WARNING("33"),
  /** Look at it now. */
  BAD("31"),
  /** Of little interest. */
  FAINT("2"),
  /** Headings. */
  STRONG("1");

  private static final char ESCAPE = '\u001b';

  private final String code;

  Tone(String code) {
    this.code = code;
  }

  /** The text in this colour, or as it is. */
  public String paint(String text, boolean colours) {
    return !colours || code.isEmpty() ? text : ESCAPE + "[" + code + "m" + text + ESCAPE + "[0m";
  }
}

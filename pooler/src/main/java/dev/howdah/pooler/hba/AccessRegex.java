package dev.howdah.pooler.hba;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression from an access file. Written in PostgreSQL's syntax and found anywhere in a
 * name unless anchored; what does not mean the same in Java is refused.
 *
 * <p>Names come from clients that have proven nothing yet, so the effort for one is bounded.
 */
public final class AccessRegex {

  private static final int NAME_CHARS_MAX = 1024;
  private static final int STEPS_MAX = 200_000;

  private final String source;
  private final Pattern pattern;

  private AccessRegex(String source, Pattern pattern) {
    this.source = source;
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @param source without the slash before it
   * @throws IllegalArgumentException whose message says what is wrong and what would be right
   */
  static AccessRegex compile(String source) {
    return new AccessRegex(source, RegexTranslator.translate(source));
  }

  /** The expression as written, without the slash before it. */
  public String source() {
    return source;
  }

  /**
   * Whether the expression is found in a name.
   *
   * @throws TooMuchEffort if that cannot be told within bounds
   */
  boolean isFoundIn(String name) {
    return matcher(name).find();
  }

  /**
   * What the first group matched: empty if the expression is not found, a match without a text if
   * the group took no part in it.
   *
   * @throws TooMuchEffort if that cannot be told within bounds
   */
  Optional<Capture> capture(String name) {
    Matcher matcher = matcher(name);
    return matcher.find() ? Optional.of(new Capture(matcher.group(1))) : Optional.empty();
  }

  /**
   * The text of the first group.
   *
   * @param text null if the group took no part in the match
   */
  record Capture(@Nullable String text) {}

  boolean hasGroup() {
    return pattern.matcher("").groupCount() > 0;
  }

  private Matcher matcher(String name) {
    if (name.length() > NAME_CHARS_MAX) {
      throw new TooMuchEffort("a name is longer than " + NAME_CHARS_MAX + " characters");
    }
    return pattern.matcher(new Metered(name));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccessRegex regex && regex.source.equals(source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return "/" + source;
  }

  /** It would take too long to find out whether an expression matches. */
  static final class TooMuchEffort extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMuchEffort(String message) {
      super(message, null, false, false);
    }
  }

  /** A name that counts how often it is looked at: backtracking can do that without end. */
  private static final class Metered implements CharSequence {
    private final String name;
    private int steps;

    Metered(String name) {
      this.name = name;
    }

    @Override
    public char charAt(int index) {
      if (++steps > STEPS_MAX) {
        throw new TooMuchEffort("a regular expression takes too long");
      }
      return name.charAt(index);
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.substring(start, end);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}

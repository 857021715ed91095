package dev.howdah.pooler.config;

import java.util.Arrays;

/**
 * The system's log.
 *
 * @param identity the name before every line
 * @param facility under which the lines are filed
 */
public record SyslogConfig(String identity, Facility facility) {

  /** Facilities PgBouncer knows, with their numbers (RFC 5424, table 1). */
  public enum Facility {
    AUTHPRIV(10),
    AUTH(4),
    DAEMON(3),
    USER(1),
    LOCAL0(16),
    LOCAL1(17),
    LOCAL2(18),
    LOCAL3(19),
    LOCAL4(20),
    LOCAL5(21),
    LOCAL6(22),
    LOCAL7(23);

    private final int number;

    Facility(int number) {
      this.number = number;
    }

    /** The number in front of a message. */
    public int number() {
      return number;
    }

    /** The word in the configuration file. */
    public String word() {
      return ChoiceWords.of(this);
    }

    static String[] words() {
      return Arrays.stream(values()).map(Facility::word).toArray(String[]::new);
    }
  }
}

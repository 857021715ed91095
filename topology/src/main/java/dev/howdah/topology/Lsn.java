package dev.howdah.topology;

/**
 * A position in the write-ahead log, in bytes since the cluster was initialised.
 *
 * <p>Printed and parsed as PostgreSQL does: two hexadecimal 32-bit halves, {@code 16/B374D848}
 * (docs: "pg_lsn Type"). Compared as unsigned.
 *
 * @param bytes the position, unsigned
 */
public record Lsn(long bytes) implements Comparable<Lsn> {

  /** The invalid position, {@code 0/0}: nothing was written, received or replayed yet. */
  public static final Lsn ZERO = new Lsn(0);

  /**
   * Reads the text form of {@code pg_lsn}.
   *
   * @throws IllegalArgumentException if {@code text} is not two hexadecimal halves around a slash
   */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash > 8 || text.length() - slash > 9) {
      throw new IllegalArgumentException("not an LSN like 16/B374D848: " + text);
    }
    try {
      long high = Long.parseLong(text, 0, slash, 16);
      long low = Long.parseLong(text, slash + 1, text.length(), 16);
      return new Lsn(high << 32 | low);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an LSN like 16/B374D848: " + text, e);
    }
  }

  /** How many bytes this position is behind {@code other}; zero when it is level or ahead. */
  public long bytesBehind(Lsn other) {
    return compareTo(other) >= 0 ? 0 : other.bytes - bytes;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(bytes >>> 32, bytes & 0xFFFF_FFFFL);
  }
}

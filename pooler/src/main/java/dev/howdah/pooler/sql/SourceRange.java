package dev.howdah.pooler.sql;

import java.nio.charset.StandardCharsets;

/**
 * A part of a SQL text, in bytes counted from the start of the text.
 *
 * @param start of the first byte
 * @param end after the last byte; {@link Integer#MAX_VALUE} in {@link #WHOLE}
 */
public record SourceRange(int start, int end) {
  /** All of the text, however long it is. */
  public static final SourceRange WHOLE = new SourceRange(0, Integer.MAX_VALUE);

  /** This part of {@code sql}, which must be the text that was read; meant for ASCII and UTF-8. */
  public String of(String sql) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    int last = Math.min(end, bytes.length);
    return new String(bytes, start, last - start, StandardCharsets.UTF_8);
  }
}

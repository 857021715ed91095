package dev.howdah.bench.load;

import io.netty.buffer.ByteBuf;

/** What a statement asks of {@link NullServer}, told from its first word. */
enum Statement {
  BEGIN("BEGIN"),
  COMMIT("COMMIT"),
  ROLLBACK("ROLLBACK"),
  SET("SET"),
  RESET("RESET"),
  DISCARD("DISCARD ALL"),
  /** {@code BULK rows width}: so many rows of one column of so many bytes. */
  BULK("SELECT 1"),
  /** {@code COPY out rows width}, or {@code COPY in}. */
  COPY("COPY 1"),
  EMPTY(""),
  /** Everything else: one row. */
  SELECT("SELECT 1");

  private static final Statement[] WORDS = {
    BEGIN, COMMIT, ROLLBACK, SET, RESET, DISCARD, BULK, COPY
  };

  private final String tag;

  Statement(String tag) {
    this.tag = tag;
  }

  /** What CommandComplete says of it. */
  String tag() {
    return tag;
  }

  /**
   * Reads a statement that ends with a zero byte.
   *
   * @param at index of its first byte in {@code in}
   */
  static Statement of(ByteBuf in, int at) {
    int start = at;
    while (in.getByte(start) == ' ') {
      start++;
    }
    if (in.getByte(start) == 0 || in.getByte(start) == ';') {
      return EMPTY;
    }
    for (Statement known : WORDS) {
      if (startsWith(in, start, known.name())) {
        return known;
      }
    }
    return SELECT;
  }

  private static boolean startsWith(ByteBuf in, int start, String word) {
    for (int i = 0; i < word.length(); i++) {
      // The zero byte at the end of the statement matches no letter, so this stays inside.
      if ((in.getByte(start + i) & ~0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

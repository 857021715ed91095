package dev.howdah.pooler.admin;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The types of PostgreSQL that the console's tables use. */
enum ColumnType {
  TEXT(25, -1),
  INT4(23, 4),
  INT8(20, 8),
  NUMERIC(1700, -1);

  private static final int NUMERIC_BASE = 10_000;
  private static final int NUMERIC_HEADER_WORDS = 4;

  private final int oid;
  private final short size;

  ColumnType(int oid, int size) {
    this.oid = oid;
    this.size = (short) size;
  }

  int oid() {
    return oid;
  }

  /** Bytes of a value, -1 when it varies. */
  short size() {
    return size;
  }

  /** The name that the documentation uses. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A value as it travels in text format; whole numbers that do not fit are cut at the limit. */
  byte[] text(Object value) {
    Object fitting = this == INT4 ? clamped(value) : value;
    return fitting.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A value as it travels in binary format (docs: what the type's {@code recv} function takes). */
  byte[] binary(Object value) {
    return switch (this) {
      case TEXT -> text(value);
      case INT4 -> bigEndian(clamped(value), Integer.BYTES);
      case INT8 -> bigEndian(number(value), Long.BYTES);
      case NUMERIC -> numeric(number(value));
    };
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private static long clamped(Object value) {
    return Math.clamp(number(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static byte[] bigEndian(long value, int bytes) {
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      out[i] = (byte) (value >> (Byte.SIZE * (bytes - 1 - i)));
    }
    return out;
  }

  /** A whole number that is not negative: digits to the base 10000 behind four header words. */
  private static byte[] numeric(long value) {
    int digits = 0;
    for (long rest = value; rest > 0; rest /= NUMERIC_BASE) {
      digits++;
    }
    byte[] out = new byte[(NUMERIC_HEADER_WORDS + digits) * Short.BYTES];
    putWord(out, 0, digits);
    putWord(out, 1, Math.max(0, digits - 1)); // weight of the first digit; sign and scale are zero
    long rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      putWord(out, NUMERIC_HEADER_WORDS + i, (int) (rest % NUMERIC_BASE));
      rest /= NUMERIC_BASE;
    }
    return out;
  }

  private static void putWord(byte[] out, int word, int value) {
    out[word * Short.BYTES] = (byte) (value >> Byte.SIZE);
    out[word * Short.BYTES + 1] = (byte) value;
  }
}

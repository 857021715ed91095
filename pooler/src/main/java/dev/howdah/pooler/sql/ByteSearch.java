package dev.howdah.pooler.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds bytes, eight at a time. */
final class ByteSearch {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;

  private ByteSearch() {}

  /** Where {@code wanted} stands first in {@code from} to {@code to}; {@code to} if nowhere. */
  static int find(byte[] text, int from, int to, char wanted) {
    long pattern = ONES * wanted;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long hits = zeros((long) LONGS.get(text, at) ^ pattern);
      if (hits != 0) {
        return at + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (at < to && text[at] != wanted) {
      at++;
    }
    return at;
  }

  /** Where one of two bytes stands first; {@code to} if nowhere. */
  static int findEither(byte[] text, int from, int to, char one, char other) {
    long onePattern = ONES * one;
    long otherPattern = ONES * other;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long eight = (long) LONGS.get(text, at);
      long hits = zeros(eight ^ onePattern) | zeros(eight ^ otherPattern);
      if (hits != 0) {
        return at + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (at < to && text[at] != one && text[at] != other) {
      at++;
    }
    return at;
  }

  /** Whether any byte is beyond ASCII. */
  static boolean hasHighBytes(byte[] text, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      if (((long) LONGS.get(text, at) & HIGHS) != 0) {
        return true;
      }
    }
    for (; at < to; at++) {
      if (text[at] < 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The high bit of each zero byte. A byte of 1 above a zero byte may show up as well, never below
   * one, so the lowest hit is right.
   */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight & HIGHS;
  }
}

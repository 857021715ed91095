package dev.howdah.pooler.sql;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Names, each with a number, to be looked up by the bytes of a text without making a string.
 * Immutable after construction.
 */
final class NameTable {
  /** The name is not in the table. */
  static final int ABSENT = -1;

  private final byte[][] names;
  private final int[] values;
  private final int mask;

  /**
   * A table of these names.
   *
   * @param valueByName names in lower case and ASCII, with values that are not negative
   */
  NameTable(Map<String, Integer> valueByName) {
    int size = Integer.highestOneBit(valueByName.size()) * 4;
    names = new byte[size][0];
    values = new int[size];
    mask = size - 1;
    for (Map.Entry<String, Integer> entry : valueByName.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.US_ASCII);
      int slot = slot(name, 0, name.length);
      while (names[slot].length > 0) {
        slot = (slot + 1) & mask;
      }
      names[slot] = name;
      values[slot] = entry.getValue();
    }
  }

  /**
   * The number of a name, or {@link #ABSENT}.
   *
   * @param fold whether upper case counts as lower case
   */
  int find(byte[] text, int start, int end, boolean fold) {
    int slot = slot(text, start, end);
    byte[] name = names[slot];
    while (name.length > 0) {
      if (matches(name, text, start, end, fold)) {
        return values[slot];
      }
      slot = (slot + 1) & mask;
      name = names[slot];
    }
    return ABSENT;
  }

  /** Whether the bytes are {@code name}, which is in lower case. */
  static boolean matches(byte[] name, byte[] text, int start, int end, boolean fold) {
    if (end - start != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      byte c = text[start + i];
      if (name[i] != c && !(fold && c >= 'A' && c <= 'Z' && name[i] == (c | 0x20))) {
        return false;
      }
    }
    return true;
  }

  private int slot(byte[] text, int start, int end) {
    int hash = end - start;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + (text[i] | 0x20);
    }
    hash *= 0x9E37_79B9;
    return (hash ^ (hash >>> 16)) & mask;
  }
}

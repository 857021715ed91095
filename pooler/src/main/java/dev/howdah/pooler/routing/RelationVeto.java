package dev.howdah.pooler.routing;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Relations that are read on the primary only. A text mentions one wherever its name stands as a
 * word, be it in a string or a comment: a read too many on the primary is right, one too few is
 * not. Immutable.
 */
public final class RelationVeto {
  private final byte[][] names; // lower case
  private final boolean[] beginnings; // whether a longer word counts as well

  /**
   * A veto on these relations.
   *
   * @param patterns names in lower case; a star at the end stands for the rest of a name
   */
  public RelationVeto(List<String> patterns) {
    names = new byte[patterns.size()][];
    beginnings = new boolean[patterns.size()];
    for (int i = 0; i < names.length; i++) {
      String pattern = patterns.get(i);
      beginnings[i] = pattern.endsWith("*");
      String name = beginnings[i] ? pattern.substring(0, pattern.length() - 1) : pattern;
      names[i] = name.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Whether a text mentions one of them. */
  public boolean isIn(ByteBuf text, int from, int to) {
    if (names.length == 0) {
      return false;
    }
    int at = from;
    while (at < to) {
      if (isWord(text.getByte(at))) {
        int end = at + 1;
        while (end < to && isWord(text.getByte(end))) {
          end++;
        }
        if (isOne(text, at, end)) {
          return true;
        }
        at = end;
      } else {
        at++;
      }
    }
    return false;
  }

  private boolean isOne(ByteBuf text, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i];
      int length = to - from;
      if ((beginnings[i] ? length >= name.length : length == name.length)
          && begins(text, from, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean begins(ByteBuf text, int from, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      byte b = text.getByte(from + i);
      if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(byte b) {
    return b < 0
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '$';
  }
}

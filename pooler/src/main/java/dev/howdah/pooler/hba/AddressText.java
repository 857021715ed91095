package dev.howdah.pooler.hba;

import java.net.InetAddress;

/** Writes addresses as PostgreSQL does: IPv6 with its longest run of zeros left out (RFC 5952). */
final class AddressText {

  private static final int GROUPS = 8;

  private AddressText() {}

  static String of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address.getHostAddress() : ipv6(bytes);
  }

  private static String ipv6(byte[] bytes) {
    int gapStart = -1;
    int gapLength = 1; // a single zero is written out
    for (int start = 0; start < GROUPS; start++) {
      int length = 0;
      while (start + length < GROUPS && group(bytes, start + length) == 0) {
        length++;
      }
      if (length > gapLength) {
        gapStart = start;
        gapLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < GROUPS; at++) {
      if (at == gapStart) {
        text.append("::");
        at += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(bytes, at)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int at) {
    return ((bytes[2 * at] & 0xFF) << 8) | (bytes[2 * at + 1] & 0xFF);
  }
}

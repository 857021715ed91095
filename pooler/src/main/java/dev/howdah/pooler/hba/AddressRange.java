package dev.howdah.pooler.hba;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An address and a mask: an address is inside when it equals ours wherever the mask has ones. Bits
 * of the address outside of the mask do not matter. IPv4 uses the lower half of {@code low}.
 *
 * @param ipv6 which family; the other one is never inside
 */
public record AddressRange(boolean ipv6, long high, long low, long maskHigh, long maskLow) {

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

  /** The range of one address alone. */
  static AddressRange single(InetAddress address) {
    return of(address, address.getAddress().length * Byte.SIZE);
  }

  /** The range that shares the first {@code bits} bits with an address. */
  static AddressRange of(InetAddress address, int bits) {
    boolean six = address instanceof Inet6Address;
    long maskHigh = six ? ones(Math.min(bits, Long.SIZE)) : 0;
    long maskLow = six ? ones(Math.max(bits - Long.SIZE, 0)) : ones(bits) >>> IPV4_BITS;
    return new AddressRange(six, high(address), low(address), maskHigh, maskLow);
  }

  /**
   * Reads {@code address/length}.
   *
   * @throws IllegalArgumentException whose message says what is wrong and what would be right
   */
  static AddressRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    InetAddress address = parseAddress(cidr.substring(0, slash));
    String length = cidr.substring(slash + 1);
    int max = address instanceof Inet6Address ? IPV6_BITS : IPV4_BITS;
    if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > max) {
      throw new IllegalArgumentException(
          "has a wrong mask length; write a number from 0 to " + max + " behind the slash");
    }
    return of(address, Integer.parseInt(length));
  }

  /**
   * Reads the two columns address and mask.
   *
   * @throws IllegalArgumentException whose message says what is wrong and what would be right
   */
  static AddressRange parse(InetAddress address, String mask) {
    InetAddress ones = parseAddress(mask);
    boolean six = address instanceof Inet6Address;
    if (six != ones instanceof Inet6Address) {
      throw new IllegalArgumentException(
          "is a mask of the other family; write one like "
              + (six ? "ffff:ffff::" : "255.255.255.0"));
    }
    return new AddressRange(six, high(address), low(address), high(ones), low(ones));
  }

  /**
   * Reads a numeric address, never asking a name server.
   *
   * @throws IllegalArgumentException whose message says what is wrong and what would be right
   */
  static InetAddress parseAddress(String text) {
    if (text.indexOf('%') >= 0) {
      throw new IllegalArgumentException(
          "names a zone, which rules do not compare; leave out the percent sign and what follows");
    }
    if (text.indexOf(':') >= 0) {
      return parseIpv6(text);
    }
    if (!IPV4.matcher(text).matches()) {
      throw new IllegalArgumentException("is no address; write one like 10.0.0.1 or fd00::1");
    }
    byte[] bytes = new byte[4];
    int at = 0;
    for (String part : text.split("\\.", -1)) {
      int number = Integer.parseInt(part);
      if (number > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
        throw new IllegalArgumentException(
            "is no IPv4 address; write four numbers from 0 to 255 without leading zeros");
      }
      bytes[at++] = (byte) number;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static InetAddress parseIpv6(String text) {
    InetAddress address;
    try {
      address = Inet6Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is no IPv6 address; write one like fd00::1", e);
    }
    if (!(address instanceof Inet6Address)) {
      throw new IllegalArgumentException(
          "is an IPv4 address in IPv6 notation, which no client has here; write it as "
              + address.getHostAddress());
    }
    return address;
  }

  /** Whether an address is inside. */
  public boolean contains(InetAddress candidate) {
    return candidate instanceof Inet6Address == ipv6
        && ((high(candidate) ^ high) & maskHigh) == 0
        && ((low(candidate) ^ low) & maskLow) == 0;
  }

  /** The range of our own address alone. */
  AddressRange address() {
    return ipv6
        ? new AddressRange(true, high, low, -1, -1)
        : new AddressRange(false, 0, low, 0, ones(IPV4_BITS) >>> IPV4_BITS);
  }

  /** Whether the address has ones where the mask has none, which is often a slip. */
  boolean hasBitsOutsideOfMask() {
    return (high & ~maskHigh) != 0 || (low & ~maskLow) != 0;
  }

  private static long ones(int bits) {
    return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
  }

  private static long high(InetAddress address) {
    return address instanceof Inet6Address ? ByteBuffer.wrap(address.getAddress()).getLong() : 0;
  }

  private static long low(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? bytes.getLong(Long.BYTES)
        : Integer.toUnsignedLong(bytes.getInt());
  }
}

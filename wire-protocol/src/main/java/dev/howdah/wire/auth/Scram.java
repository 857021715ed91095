package dev.howdah.wire.auth;

import dev.howdah.wire.error.ProtocolViolation;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** What both sides of SCRAM-SHA-256 share (RFC 5802, RFC 7677; docs: "SASL Authentication"). */
public final class Scram {
  /** The mechanism without channel binding. */
  public static final String MECHANISM = "SCRAM-SHA-256";

  /** The mechanism with channel binding {@code tls-server-end-point}; needs TLS. */
  public static final String MECHANISM_PLUS = "SCRAM-SHA-256-PLUS";

  /** Header of a client that binds to the channel. */
  static final String BOUND_HEADER = "p=tls-server-end-point,,";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 18; // as PostgreSQL; 24 characters of Base64

  private Scram() {}

  static String newNonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return encode(nonce);
  }

  /** One char per byte, so that what is signed later is exactly what was received. */
  static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Strict, as PostgreSQL's: {@link IllegalArgumentException} if the padding is missing too. */
  static byte[] decode(String base64) {
    if (base64.length() % 4 != 0) {
      throw new IllegalArgumentException("Base64 without padding");
    }
    return Base64.getDecoder().decode(base64);
  }

  /** Base64 of the channel-binding input, as attribute {@code c} carries it. */
  static String bindingAttribute(String header, byte[] channelBinding) {
    byte[] prefix = bytes(header);
    byte[] input = new byte[prefix.length + channelBinding.length];
    System.arraycopy(prefix, 0, input, 0, prefix.length);
    System.arraycopy(channelBinding, 0, input, prefix.length, channelBinding.length);
    return encode(input);
  }

  static boolean isPrintable(String nonce) {
    return !nonce.isEmpty() && nonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7E && c != ',');
  }

  static ProtocolViolation malformed(String detail) {
    return new ProtocolViolation("malformed SCRAM message").withDetail(detail);
  }
}

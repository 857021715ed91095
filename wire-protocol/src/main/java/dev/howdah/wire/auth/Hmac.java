package dev.howdah.wire.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The few primitives of SCRAM-SHA-256, in the notation of RFC 5802, section 2.2. */
final class Hmac {
  static final int KEY_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  // Looking them up takes longer than what they do for a login.
  private static final ThreadLocal<Mac> MAC = ThreadLocal.withInitial(Hmac::newMac);
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(() -> digest("SHA-256"));

  private Hmac() {}

  /** HMAC(key, text). */
  static byte[] hmac(byte[] key, byte[] text) {
    return mac(key).doFinal(text);
  }

  /** HMAC(key, text). */
  static byte[] hmac(byte[] key, String text) {
    return hmac(key, text.getBytes(StandardCharsets.UTF_8));
  }

  /** H(bytes). */
  static byte[] hash(byte[] bytes) {
    return SHA_256.get().digest(bytes);
  }

  /** Hi(password, salt, iterations): PBKDF2 with one block. Milliseconds of pure computing. */
  static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
    Mac mac = mac(password);
    mac.update(salt);
    byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] result = block.clone();
    try {
      for (int i = 1; i < iterations; i++) {
        mac.update(block);
        mac.doFinal(block, 0);
        for (int b = 0; b < result.length; b++) {
          result[b] ^= block[b];
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 has 32 bytes", e);
    }
    return result;
  }

  static byte[] xor(byte[] left, byte[] right) {
    byte[] result = new byte[left.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (left[i] ^ right[i]);
    }
    return result;
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** With a key, until it is asked for with the next one on the same thread. */
  private static Mac mac(byte[] key) {
    Mac mac = MAC.get();
    try {
      // HMAC pads short keys with zeroes, so one zero is the empty key, which the JDK refuses.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC takes every key", e);
    }
  }
}

package dev.howdah.wire.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * PostgreSQL's MD5 password authentication (docs: "Message Flow", AuthenticationMD5Password). Kept
 * for compatibility only: the stored hash is as good as the password.
 */
public final class Md5Password {
  private static final String PREFIX = "md5";
  private static final int TEXT_LENGTH = 35;

  private Md5Password() {}

  /** What PostgreSQL stores: {@code md5} and the hex digest of password and user name. */
  public static String hash(String password, String user) {
    byte[] salt = user.getBytes(StandardCharsets.UTF_8);
    return digest(password.getBytes(StandardCharsets.UTF_8), salt);
  }

  /**
   * What a client answers to a challenge.
   *
   * @param storedHash as {@link #hash} makes it
   * @param salt the four bytes of AuthenticationMD5Password
   * @throws IllegalArgumentException if {@code storedHash} is no such hash
   */
  public static String answer(String storedHash, byte[] salt) {
    if (!isHash(storedHash)) {
      throw new IllegalArgumentException("not an MD5 password hash");
    }
    String hex = storedHash.substring(PREFIX.length());
    return digest(hex.getBytes(StandardCharsets.US_ASCII), salt);
  }

  /** Whether {@code response} answers the challenge; takes the same time wherever it is wrong. */
  public static boolean verify(String storedHash, byte[] salt, String response) {
    return MessageDigest.isEqual(
        answer(storedHash, salt).getBytes(StandardCharsets.UTF_8),
        response.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether PostgreSQL would take the text for a stored MD5 hash: lower-case hex only. */
  public static boolean isHash(String text) {
    return text.length() == TEXT_LENGTH
        && text.startsWith(PREFIX)
        && text.chars().skip(PREFIX.length()).allMatch(Md5Password::isLowerHex);
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static String digest(byte[] secret, byte[] salt) {
    MessageDigest md5 = Hmac.digest("MD5");
    md5.update(secret);
    return PREFIX + HexFormat.of().formatHex(md5.digest(salt));
  }
}

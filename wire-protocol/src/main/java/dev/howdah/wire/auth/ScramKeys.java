package dev.howdah.wire.auth;

import com.ongres.saslprep.SASLprep;
import com.ongres.stringprep.Profile;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The two keys with which SCRAM-SHA-256 works once PBKDF2 has been run. They stand for the password
 * wherever a role has the same salt and iteration count, so they are secret as well; immutable and
 * safe to cache and share.
 *
 * @param clientKey ClientKey of RFC 5802, 32 bytes
 * @param serverKey ServerKey of RFC 5802, 32 bytes
 */
public record ScramKeys(Bytes clientKey, Bytes serverKey) {
  private static final Profile SASLPREP = new SASLprep();

  public ScramKeys {
    if (clientKey.length() != Hmac.KEY_BYTES || serverKey.length() != Hmac.KEY_BYTES) {
      throw new IllegalArgumentException("SCRAM-SHA-256 keys have 32 bytes");
    }
  }

  /**
   * Runs PBKDF2: a few milliseconds at 4096 iterations, seconds at millions. Never on an event
   * loop.
   *
   * @throws IllegalArgumentException if {@code iterations} is below 1
   */
  public static ScramKeys derive(String password, byte[] salt, int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, not " + iterations);
    }
    byte[] salted = Hmac.saltedPassword(normalized(password), salt, iterations);
    return new ScramKeys(
        Bytes.copyOf(Hmac.hmac(salted, "Client Key")),
        Bytes.copyOf(Hmac.hmac(salted, "Server Key")));
  }

  /**
   * The bytes to derive from. As PostgreSQL, which is laxer than RFC 5802: ASCII stays as it is,
   * control characters included, and so does what SASLprep prohibits or what is not UTF-8.
   */
  static byte[] normalized(String password) {
    boolean ascii = password.chars().allMatch(c -> c < 0x80);
    return ascii ? password.getBytes(StandardCharsets.US_ASCII) : prepared(password);
  }

  private static byte[] prepared(String password) {
    try {
      String prepared = SASLPREP.prepareStored(password);
      return prepared.isEmpty() ? raw(password) : raw(prepared);
    } catch (IllegalArgumentException | IndexOutOfBoundsException prohibited) {
      return raw(password); // the library trips over its index when nothing is left after mapping
    }
  }

  private static byte[] raw(String text) {
    ByteBuf out = Unpooled.buffer(text.length() * 3);
    WireText.write(out, text);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "ScramKeys[redacted]";
  }
}

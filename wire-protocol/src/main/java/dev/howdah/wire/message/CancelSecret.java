package dev.howdah.wire.message;

import dev.howdah.wire.field.Bytes;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;

/**
 * The secret half of a cancel key: 4 bytes in protocol 3.0, up to 256 in 3.2 (docs:
 * "BackendKeyData"). Compared in constant time and never printed.
 */
public final class CancelSecret {
  public static final int LENGTH_MIN = 4;
  public static final int LENGTH_MAX = 256;

  private final Bytes bytes;

  /**
   * @throws IllegalArgumentException if the length is not between 4 and 256
   */
  public CancelSecret(Bytes bytes) {
    if (!isValidLength(bytes.length())) {
      throw new IllegalArgumentException("a cancel secret has 4 to 256 bytes");
    }
    this.bytes = bytes;
  }

  /** A new secret of this many bytes, 4 to 256. */
  public static CancelSecret random(SecureRandom random, int length) {
    byte[] secret = new byte[length];
    random.nextBytes(secret);
    return new CancelSecret(Bytes.copyOf(secret));
  }

  /** Whether a secret may be this long. */
  public static boolean isValidLength(int length) {
    return length >= LENGTH_MIN && length <= LENGTH_MAX;
  }

  /** 4 to 256. */
  public int length() {
    return bytes.length();
  }

  /** A fresh copy of the secret. */
  public byte[] toArray() {
    return bytes.toArray();
  }

  /** Appends the secret without a length. */
  public void writeTo(ByteBuf out) {
    bytes.writeTo(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CancelSecret secret && bytes.equals(secret.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return "CancelSecret[redacted]";
  }
}

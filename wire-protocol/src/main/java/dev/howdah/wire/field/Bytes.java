package dev.howdah.wire.field;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * An immutable run of bytes, so that records can hold them and still be values. Equality takes the
 * same time wherever two runs of one length differ, and {@link #toString} shows the length only:
 * what travels here is row data, parameters and proofs, none of which belongs in a log.
 */
public final class Bytes {
  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** A copy of these bytes. */
  public static Bytes copyOf(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /** The next {@code length} readable bytes; the caller has checked that there are as many. */
  public static Bytes read(ByteBuf in, int length) {
    if (length == 0) {
      return EMPTY;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return new Bytes(bytes);
  }

  /** How many bytes there are. */
  public int length() {
    return value.length;
  }

  /** A fresh copy. */
  public byte[] toArray() {
    return value.clone();
  }

  /** Appends the bytes without a length. */
  public void writeTo(ByteBuf out) {
    out.writeBytes(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && MessageDigest.isEqual(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Bytes[" + value.length + "]";
  }
}

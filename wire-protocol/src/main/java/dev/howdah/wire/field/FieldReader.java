package dev.howdah.wire.field;

import dev.howdah.wire.error.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one message body in order. Every length and count is compared with the bytes
 * that are left before anything is allocated, so a hostile message costs no more memory than a few
 * times its own size. All methods throw {@link ProtocolViolation} when the body does not hold what
 * was asked for. Moves the reader index of the body, never releases it. Not thread-safe.
 */
public final class FieldReader {
  private final String message;
  private final ByteBuf in;

  /**
   * @param message name of the message, for error texts
   * @param body exactly one body, without type byte and length
   */
  public FieldReader(String message, ByteBuf body) {
    this.message = message;
    this.in = body;
  }

  /** Byte1. */
  public byte int8() {
    need(1);
    return in.readByte();
  }

  /** Int16, signed. */
  public short int16() {
    need(2);
    return in.readShort();
  }

  /** Int32, signed; an OID uses the same 32 bits unsigned. */
  public int int32() {
    need(4);
    return in.readInt();
  }

  /** String: bytes up to a NUL, which is consumed too. */
  public String string() {
    int length = in.bytesBefore((byte) 0);
    if (length < 0) {
      throw new ProtocolViolation("unterminated string in " + message + " message");
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes).skipBytes(1);
    return WireText.decode(bytes);
  }

  /** Byte{@code n}. */
  public Bytes bytes(int length) {
    need(length);
    return Bytes.read(in, length);
  }

  /** All bytes that are left. */
  public Bytes rest() {
    return Bytes.read(in, in.readableBytes());
  }

  /** Int32 length followed by as many bytes; a length of -1 is a null. */
  public @Nullable Bytes nullableBytes() {
    int length = int32();
    if (length == -1) {
      return null;
    }
    if (length < 0) {
      throw new ProtocolViolation("negative length in " + message + " message");
    }
    return bytes(length);
  }

  /** Int16 count, then as many nullable values. */
  public List<@Nullable Bytes> nullableBytesList() {
    int count = count16(4);
    List<@Nullable Bytes> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(nullableBytes());
    }
    return Collections.unmodifiableList(values);
  }

  /** Int16 count, then as many Int16: format codes. */
  public List<Integer> int16List() {
    int count = count16(2);
    List<Integer> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add((int) int16());
    }
    return Collections.unmodifiableList(values);
  }

  /** Int16 count, then as many Int32: type OIDs. */
  public List<Integer> int32List() {
    int count = count16(4);
    List<Integer> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(int32());
    }
    return Collections.unmodifiableList(values);
  }

  /**
   * An Int16 count of things to come, 0 to 65535.
   *
   * @param bytesEachMin what each of them takes at least
   */
  public int count16(int bytesEachMin) {
    return checkedCount(int16() & 0xFFFF, bytesEachMin);
  }

  /** An Int32 count of things to come; as {@link #count16}. */
  public int count32(int bytesEachMin) {
    return checkedCount(int32(), bytesEachMin);
  }

  /** Whether bytes are left. */
  public boolean hasMore() {
    return in.isReadable();
  }

  /** States that the message ends here. */
  public void end() {
    if (in.isReadable()) {
      throw new ProtocolViolation("trailing bytes in " + message + " message");
    }
  }

  private int checkedCount(int count, int bytesEachMin) {
    if (count < 0 || (long) count * bytesEachMin > in.readableBytes()) {
      throw new ProtocolViolation("impossible count in " + message + " message");
    }
    return count;
  }

  private void need(int bytes) {
    if (in.readableBytes() < bytes) {
      throw new ProtocolViolation("insufficient data left in " + message + " message");
    }
  }
}

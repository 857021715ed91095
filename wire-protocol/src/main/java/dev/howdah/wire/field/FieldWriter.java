package dev.howdah.wire.field;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data types of the protocol. What cannot be expressed on the wire (a NUL inside a
 * string, 65536 parameters) is a mistake of the caller and throws {@link IllegalArgumentException}.
 */
public final class FieldWriter {
  private static final int COUNT_MAX = 0xFFFF;

  private FieldWriter() {}

  /**
   * Appends a whole message. If the body cannot be written, {@code out} is left as it was.
   *
   * @param body appends the fields; the length is filled in afterwards
   */
  public static void message(ByteBuf out, byte type, Consumer<ByteBuf> body) {
    int start = out.writerIndex();
    boolean complete = false;
    try {
      out.writeByte(type).writeInt(0);
      body.accept(out);
      out.setInt(start + 1, out.writerIndex() - start - 1);
      complete = true;
    } finally {
      if (!complete) {
        out.writerIndex(start);
      }
    }
  }

  /** String: the text and a NUL. */
  public static void string(ByteBuf out, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a string on the wire cannot contain NUL");
    }
    WireText.write(out, text);
    out.writeByte(0);
  }

  /** Int32 length and the bytes, or -1 for null. */
  public static void nullableBytes(ByteBuf out, @Nullable Bytes value) {
    if (value == null) {
      out.writeInt(-1);
      return;
    }
    out.writeInt(value.length());
    value.writeTo(out);
  }

  /** Int16 count and the nullable values. */
  public static void nullableBytesList(ByteBuf out, List<@Nullable Bytes> values) {
    count16(out, values.size());
    for (Bytes value : values) {
      nullableBytes(out, value);
    }
  }

  /** Int16 count and the Int16 values. */
  public static void int16List(ByteBuf out, List<Integer> values) {
    count16(out, values.size());
    for (int value : values) {
      out.writeShort(value);
    }
  }

  /** Int16 count and the Int32 values. */
  public static void int32List(ByteBuf out, List<Integer> values) {
    count16(out, values.size());
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /** Int16 count. */
  public static void count16(ByteBuf out, int count) {
    if (count > COUNT_MAX) {
      throw new IllegalArgumentException(count + " elements do not fit into one message");
    }
    out.writeShort(count);
  }
}

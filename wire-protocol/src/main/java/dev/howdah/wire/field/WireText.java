package dev.howdah.wire.field;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text of unknown encoding as a Java string, without loss. The protocol does not say how a string
 * is encoded: a client with {@code client_encoding = LATIN1} sends Latin-1 in Parse. Such a message
 * must leave us with the bytes it came with, so we read UTF-8 and turn each byte that is not into a
 * lone surrogate U+DC80 to U+DCFF, which no real text contains; writing turns it back. (Python
 * calls this <em>surrogateescape</em>, PEP 383.)
 */
public final class WireText {
  private static final char ESCAPE = 0xDC00;
  private static final char ESCAPED_MIN = 0xDC80;
  private static final char ESCAPED_MAX = 0xDCFF;
  private static final char REPLACEMENT = 0xFFFD;

  private WireText() {}

  /** The text that these bytes hold; {@link #write} gives the very same bytes again. */
  public static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : decodeEscaping(bytes);
  }

  private static String decodeEscaping(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length); // never more characters than bytes
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE | (in.get() & 0xFF)));
      }
      result = decoder.decode(in, out, true);
    }
    return out.flip().toString();
  }

  /** Appends the text as UTF-8, escaped bytes as themselves, without a terminator. */
  public static void write(ByteBuf out, String text) {
    int written = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c >= ESCAPED_MIN && c <= ESCAPED_MAX;
      if (escaped && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        ByteBufUtil.writeUtf8(out, text, written, i);
        out.writeByte(c & 0xFF);
        written = i + 1;
      }
    }
    ByteBufUtil.writeUtf8(out, text, written, text.length());
  }
}

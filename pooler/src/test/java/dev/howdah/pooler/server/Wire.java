package dev.howdah.pooler.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages as bytes and bytes as text, for conversations in tests. */
public final class Wire {
  private Wire() {}

  /** A message with a body of Latin-1 text. */
  public static byte[] message(char type, String body) {
    byte[] text = body.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(5 + text.length)
        .put((byte) type)
        .putInt(4 + text.length)
        .put(text)
        .array();
  }

  /** ReadyForQuery. */
  public static byte[] ready(char status) {
    return message('Z', String.valueOf(status));
  }

  /** ErrorResponse. */
  public static byte[] error(String severity, String sqlState, String text) {
    return message(
        'E', "S" + severity + "\0V" + severity + "\0C" + sqlState + "\0M" + text + "\0\0");
  }

  /** ParameterStatus. */
  public static byte[] parameter(String name, String value) {
    return message('S', name + "\0" + value + "\0");
  }

  /** Query. */
  public static byte[] query(String sql) {
    return message('Q', sql + "\0");
  }

  /** One after the other. */
  public static byte[] all(byte[]... messages) {
    var all = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      all.writeBytes(message);
    }
    return all.toByteArray();
  }

  /** Whole messages as {@code Q(SELECT 1) Z(I)}; a NUL is a bar, but for the last. */
  public static String text(byte[] stream) {
    var text = new StringBuilder();
    ByteBuffer in = ByteBuffer.wrap(stream);
    while (in.hasRemaining()) {
      char type = (char) in.get();
      byte[] body = new byte[in.getInt() - 4];
      in.get(body);
      String readable = new String(body, StandardCharsets.ISO_8859_1).replaceAll("\0+$", "");
      text.append(text.isEmpty() ? "" : " ").append(type);
      text.append('(').append(readable.replace('\0', '|')).append(')');
    }
    return text.toString();
  }

  /** What was flushed to the channel since it was last asked, as {@link #text}. */
  public static String sent(EmbeddedChannel channel) {
    var all = new ByteArrayOutputStream();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes).release();
      all.writeBytes(bytes);
    }
    return text(all.toByteArray());
  }

  /** The peer sends these bytes in one read. */
  public static void receive(EmbeddedChannel channel, byte[]... messages) {
    byte[] bytes = all(messages);
    channel.writeInbound(channel.alloc().buffer(bytes.length).writeBytes(bytes));
  }
}

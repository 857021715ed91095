package dev.howdah.pooler.notify;

import dev.howdah.wire.field.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A NotificationResponse (docs: "Message Formats"), kept for several readers. Immutable, for any
 * thread.
 */
public final class Notification {
  private static final byte TYPE = 'A';

  private final int processId;
  private final String channel;
  private final byte[] names; // channel and payload, each with its zero byte

  private Notification(int processId, String channel, byte[] names) {
    this.processId = processId;
    this.channel = channel;
    this.names = names;
  }

  /**
   * Reads one.
   *
   * @param body of the message, without type and length
   */
  static Notification read(ByteBuf body) {
    int processId = body.readInt();
    byte[] names = new byte[body.readableBytes()];
    body.readBytes(names);
    int end = 0;
    while (end < names.length && names[end] != 0) {
      end++;
    }
    byte[] channel = new byte[end];
    System.arraycopy(names, 0, channel, 0, end);
    return new Notification(processId, WireText.decode(channel), names);
  }

  /** One without payload, from nobody: something may have been missed. */
  static Notification wakeUp(String channel) {
    ByteBuf body = Unpooled.buffer();
    body.writeInt(0);
    WireText.write(body, channel);
    body.writeShort(0); // the end of the name, and an empty payload
    return read(body);
  }

  /** The server process that sent it. */
  public int processId() {
    return processId;
  }

  /** The channel's name. */
  public String channel() {
    return channel;
  }

  /** Bytes that {@link #write} writes. */
  public int bytes() {
    return 1 + Integer.BYTES + Integer.BYTES + names.length;
  }

  /**
   * Writes it as a message.
   *
   * @param sender the process id that the reader is to see
   */
  public void write(ByteBuf out, int sender) {
    out.writeByte(TYPE).writeInt(bytes() - 1).writeInt(sender).writeBytes(names);
  }
}

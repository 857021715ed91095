package dev.howdah.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stream of equal messages, sent as large slices of one buffer that holds many of them: making
 * them costs nothing. Released by {@link #close}.
 */
final class Bulk implements AutoCloseable {
  private static final int CHUNK_BYTES = 128 << 10;
  private static final Pattern SIZE =
      Pattern.compile("(?i)\\w+\\s+(?:out\\s+)?(\\d{1,9})\\s+(\\d{1,7})");

  private final ByteBuf chunk;
  private final int messageBytes;
  private long messagesLeft;

  private Bulk(ByteBuf chunk, int messageBytes, long messages) {
    this.chunk = chunk;
    this.messageBytes = messageBytes;
    this.messagesLeft = messages;
  }

  /** Messages of type CopyData with bodies of {@code width} bytes. */
  static Bulk copyData(ByteBufAllocator allocator, long messages, int width) {
    ByteBuf chunk = newChunk(allocator, 5 + width);
    do {
      chunk.writeByte('d').writeInt(4 + width);
      fill(chunk, width);
    } while (chunk.readableBytes() < CHUNK_BYTES);
    return new Bulk(chunk, 5 + width, messages);
  }

  /** Messages of type DataRow with one column of {@code width} bytes. */
  static Bulk rows(ByteBufAllocator allocator, long messages, int width) {
    ByteBuf chunk = newChunk(allocator, 11 + width);
    do {
      chunk.writeByte('D').writeInt(4 + 2 + 4 + width).writeShort(1).writeInt(width);
      fill(chunk, width);
    } while (chunk.readableBytes() < CHUNK_BYTES);
    return new Bulk(chunk, 11 + width, messages);
  }

  /**
   * The answer to {@code BULK rows width} or {@code COPY out rows width}; null for another text.
   */
  static @Nullable Bulk parse(ByteBufAllocator allocator, boolean copy, String statement) {
    Matcher size = SIZE.matcher(statement.strip());
    if (!size.matches()) {
      return null;
    }
    long messages = Long.parseLong(size.group(1));
    int width = Integer.parseInt(size.group(2));
    return copy ? copyData(allocator, messages, width) : rows(allocator, messages, width);
  }

  private static ByteBuf newChunk(ByteBufAllocator allocator, int messageBytes) {
    return allocator.directBuffer(CHUNK_BYTES + messageBytes);
  }

  private static void fill(ByteBuf out, int width) {
    for (int i = 0; i < width; i++) {
      out.writeByte('x');
    }
  }

  /** Whether there is more to send. */
  boolean hasNext() {
    return messagesLeft > 0;
  }

  /** The next whole messages, some hundred kilobytes; the caller releases them. */
  ByteBuf next() {
    long inChunk = chunk.readableBytes() / messageBytes;
    int messages = (int) Math.min(messagesLeft, inChunk);
    messagesLeft -= messages;
    return chunk.retainedSlice(chunk.readerIndex(), messages * messageBytes);
  }

  @Override
  public void close() {
    chunk.release();
  }
}

package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be changed in a buffer of relayed bytes: ranges cut out and bytes put in, noted while
 * the buffer is scanned and carried out once at its end. Most buffers need no change, and then this
 * costs nothing. One instance per direction of a connection, used again for every buffer; one
 * thread.
 */
public final class Splices {
  /** Up to here it is cheaper to copy the bytes than to write many small buffers. */
  private static final int COPIED_BYTES_MAX = 1 << 12;

  private static final int INITIAL_CAPACITY = 4;

  private int[] from = new int[INITIAL_CAPACITY];
  private int[] to = new int[INITIAL_CAPACITY];
  private @Nullable ByteBuf[] put = new @Nullable ByteBuf[INITIAL_CAPACITY];
  private int size;

  /** Whether the buffer goes on as it is. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Leaves out the bytes from one absolute index to another. */
  public void cut(int start, int end) {
    add(start, end, null);
  }

  /**
   * Puts {@code bytes} in before an absolute index.
   *
   * @param bytes taken over
   */
  public void insert(int at, ByteBuf bytes) {
    add(at, at, bytes);
  }

  /**
   * Puts {@code bytes} in place of others.
   *
   * @param bytes taken over
   */
  public void replace(int start, int end, ByteBuf bytes) {
    add(start, end, bytes);
  }

  private void add(int start, int end, @Nullable ByteBuf bytes) {
    if (end < start || (size > 0 && start < to[size - 1])) {
      throw new IllegalStateException("splices come in the order of the bytes");
    }
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
      put = Arrays.copyOf(put, 2 * size);
    }
    from[size] = start;
    to[size] = end;
    put[size++] = bytes;
  }

  /**
   * Hands on the readable bytes of {@code in} with all changes made, and forgets the changes.
   *
   * @param in taken over
   * @param sink takes over what it is given; is given nothing when nothing is left
   */
  public void apply(ByteBufAllocator allocator, ByteBuf in, Consumer<ByteBuf> sink) {
    if (size == 0) {
      if (in.isReadable()) {
        sink.accept(in);
      } else {
        in.release();
      }
    } else if (in.readableBytes() <= COPIED_BYTES_MAX) {
      copy(allocator, in, sink);
    } else {
      slice(in, sink);
    }
  }

  private void copy(ByteBufAllocator allocator, ByteBuf in, Consumer<ByteBuf> sink) {
    int bytes = in.readableBytes();
    for (int i = 0; i < size; i++) {
      ByteBuf added = put[i];
      bytes += added == null ? 0 : added.readableBytes();
    }
    ByteBuf out = allocator.buffer(bytes);
    int at = in.readerIndex();
    for (int i = 0; i < size; i++) {
      out.writeBytes(in, at, from[i] - at);
      at = to[i];
      ByteBuf added = put[i];
      if (added != null) {
        out.writeBytes(added);
        added.release();
        put[i] = null;
      }
    }
    out.writeBytes(in, at, in.writerIndex() - at);
    size = 0;
    in.release();
    if (out.isReadable()) {
      sink.accept(out);
    } else {
      out.release();
    }
  }

  private void slice(ByteBuf in, Consumer<ByteBuf> sink) {
    int count = size;
    size = 0;
    int at = in.readerIndex();
    for (int i = 0; i < count; i++) {
      if (from[i] > at) {
        sink.accept(in.retainedSlice(at, from[i] - at));
      }
      at = to[i];
      ByteBuf added = put[i];
      put[i] = null;
      if (added != null) {
        sink.accept(added);
      }
    }
    in.readerIndex(at);
    if (in.isReadable()) {
      sink.accept(in);
    } else {
      in.release();
    }
  }

  /** Forgets all changes, for a buffer that goes nowhere. */
  public void clear() {
    for (int i = 0; i < size; i++) {
      ByteBuf added = put[i];
      put[i] = null;
      if (added != null) {
        added.release();
      }
    }
    size = 0;
  }
}

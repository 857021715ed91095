package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Messages as bytes, and streams of them cut at given places. */
final class Frames {
  private Frames() {}

  /** A message with a body of this many bytes, each of which looks like a type byte. */
  record Frame(char type, int bodyBytes) {

    void writeTo(ByteBuf out) {
      out.writeByte(type).writeInt(4 + bodyBytes);
      for (int i = 0; i < bodyBytes; i++) {
        out.writeByte('Z' - i % 3);
      }
    }
  }

  static ByteBuf bytesOf(List<Frame> frames) {
    ByteBuf out = Unpooled.buffer();
    frames.forEach(frame -> frame.writeTo(out));
    return out;
  }

  static ByteBuf header(char type, int length) {
    return Unpooled.buffer().writeByte(type).writeInt(length);
  }

  /** Copies of the readable bytes in pieces of the given sizes, used over and over. */
  static List<ByteBuf> cut(ByteBuf whole, List<Integer> sizes) {
    List<ByteBuf> pieces = new ArrayList<>();
    for (int i = 0; whole.isReadable(); i++) {
      int size = Math.min(sizes.get(i % sizes.size()), whole.readableBytes());
      pieces.add(whole.readBytes(size));
    }
    return pieces;
  }

  static Arbitrary<List<Frame>> framesOf(String types) {
    return Combinators.combine(
            Arbitraries.chars().with(types.toCharArray()),
            Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.integers().between(0, 12)),
                Tuple.of(1, Arbitraries.integers().between(13, 300))))
        .as(Frame::new)
        .list()
        .ofMaxSize(20);
  }

  static Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(10);
  }
}

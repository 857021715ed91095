package dev.howdah.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.frame.Frames.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BackendScannerTest {
  private final BackendScanner scanner = new BackendScanner();
  private final Observed observed = new Observed();

  /** Wants ReadyForQuery and ErrorResponse, and notes type and body. */
  private static final class Observed implements BackendObserver {
    final List<String> messages = new ArrayList<>();

    @Override
    public boolean wants(byte type) {
      return type == 'Z' || type == 'E';
    }

    @Override
    public void onMessage(byte type, ByteBuf in, int at, int length) {
      messages.add((char) type + ":" + ByteBufUtil.hexDump(in, at, length));
    }
  }

  @Test
  void whole_messages_may_be_relayed_at_once() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('D', 7), new Frame('C', 0)));

    assertThat(scanner.scan(in, observed)).isEqualTo(in.readableBytes());
    assertThat(scanner.atBoundary()).isTrue();
    assertThat(observed.messages).isEmpty();
  }

  @Test
  void the_indexes_of_the_buffer_stay_where_they_were() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('D', 7), new Frame('Z', 1)));
    in.skipBytes(12);

    assertThat(scanner.scan(in, observed)).isEqualTo(6);
    assertThat(in.readerIndex()).isEqualTo(12);
    assertThat(observed.messages).containsExactly("Z:5a");
  }

  @Test
  void a_cut_header_stays_in_the_buffer() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('D', 2), new Frame('D', 2)));
    in.writerIndex(7 + 4);

    assertThat(scanner.scan(in, observed)).isEqualTo(7);
    assertThat(scanner.atBoundary()).isTrue();
  }

  @Test
  void a_wanted_message_stays_in_the_buffer_until_it_is_complete() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('D', 2), new Frame('E', 9)));
    in.writerIndex(in.writerIndex() - 1);

    assertThat(scanner.scan(in, observed)).isEqualTo(7);
    assertThat(observed.messages).isEmpty();

    in.skipBytes(7).writerIndex(in.writerIndex() + 1);
    assertThat(scanner.scan(in, observed)).isEqualTo(14);
    assertThat(observed.messages).hasSize(1);
  }

  @Test
  void a_large_body_is_relayed_as_it_comes() {
    ByteBuf head = Frames.header('D', 4 + 100_000).writeZero(10);

    assertThat(scanner.scan(head, observed)).isEqualTo(15);
    assertThat(scanner.atBoundary()).isFalse();

    ByteBuf rest = Unpooled.buffer().writeZero(99_990);
    Frames.bytesOf(List.of(new Frame('Z', 1))).forEachByte(b -> rest.writeByte(b) != null);
    assertThat(scanner.scan(rest, observed)).isEqualTo(99_996);
    assertThat(scanner.atBoundary()).isTrue();
    assertThat(observed.messages).containsExactly("Z:5a");
  }

  @Test
  void a_wanted_message_too_large_to_hold_back_is_relayed_unseen() {
    ByteBuf in = Frames.header('E', BackendScanner.WANTED_BYTES_MAX).writeZero(3);

    assertThat(scanner.scan(in, observed)).isEqualTo(8);
    assertThat(observed.messages).isEmpty();
  }

  @Test
  void the_largest_length_there_is_does_not_overflow() {
    ByteBuf in = Frames.header('D', Integer.MAX_VALUE).writeZero(3);

    assertThat(scanner.scan(in, observed)).isEqualTo(8);
    assertThat(scanner.atBoundary()).isFalse();
  }

  @Test
  void an_impossible_length_is_refused() {
    assertThatThrownBy(() -> scanner.scan(Frames.header('D', 3), observed))
        .isInstanceOf(BrokenFrame.class)
        .hasMessage("message type 0x44 with impossible length 3");
    assertThatThrownBy(() -> scanner.scan(Frames.header('Z', -1), observed))
        .isInstanceOf(BrokenFrame.class);
  }

  @Property
  void where_a_stream_is_cut_changes_nothing(
      @ForAll("streams") List<Frame> stream, @ForAll("cuts") List<Integer> cuts) {
    ByteBuf whole = Frames.bytesOf(stream);
    var expected = new Observed();
    assertThat(new BackendScanner().scan(whole, expected)).isEqualTo(whole.readableBytes());

    var actual = new Observed();
    ByteBuf relayed = relayInPieces(Frames.cut(whole.duplicate(), cuts), actual);

    assertThat(relayed).isEqualTo(whole);
    assertThat(actual.messages).isEqualTo(expected.messages);
  }

  @Property
  void random_bytes_only_ever_give_a_broken_frame(
      @ForAll byte[] bytes, @ForAll("cuts") List<Integer> cuts) {
    assertThatCode(
            () -> {
              try {
                relayInPieces(Frames.cut(Unpooled.wrappedBuffer(bytes), cuts), new Observed());
              } catch (BrokenFrame refused) {
                assertThat(refused.description()).isNotEmpty();
              }
            })
        .doesNotThrowAnyException();
  }

  /** As the caller does it: what may not be relayed yet stands before the next piece. */
  private static ByteBuf relayInPieces(List<ByteBuf> pieces, BackendObserver observer) {
    var scanner = new BackendScanner();
    ByteBuf relayed = Unpooled.buffer();
    ByteBuf in = Unpooled.buffer();
    for (ByteBuf piece : pieces) {
      in.writeBytes(piece);
      int relayable = scanner.scan(in, observer);
      assertThat(relayable).isBetween(0, in.readableBytes());
      relayed.writeBytes(in, relayable);
    }
    return relayed;
  }

  @Provide
  Arbitrary<List<Frame>> streams() {
    return Frames.framesOf("DCZEST12n");
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Frames.cuts();
  }
}

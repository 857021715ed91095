package dev.howdah.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.frame.Frames.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontendScannerTest {
  private static final int MESSAGE_BYTES_MAX = 1_000;

  private final FrontendScanner scanner = new FrontendScanner(MESSAGE_BYTES_MAX);
  private final AwaitedReplies awaited = new AwaitedReplies();

  @Test
  void whole_messages_may_be_relayed_and_are_noted() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('P', 9), new Frame('S', 0), new Frame('Q', 5)));

    assertThat(scanner.scan(in, awaited)).isEqualTo(in.readableBytes());
    assertThat(awaited).hasToString("awaiting xSQ");
    assertThat(scanner.atBoundary()).isTrue();
  }

  @Test
  void a_cut_header_stays_in_the_buffer_and_is_not_noted() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('Q', 2)));
    in.writerIndex(4);

    assertThat(scanner.scan(in, awaited)).isZero();
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_body_is_relayed_as_it_comes_and_noted_once() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('Q', 20)));
    in.writerIndex(10);

    assertThat(scanner.scan(in, awaited)).isEqualTo(10);
    assertThat(scanner.atBoundary()).isFalse();

    in.readerIndex(10).writerIndex(25);
    assertThat(scanner.scan(in, awaited)).isEqualTo(15);
    assertThat(scanner.atBoundary()).isTrue();
    assertThat(awaited).hasToString("awaiting Q");
  }

  @Test
  void scanning_stops_before_a_terminate() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('Q', 2), new Frame('X', 0), new Frame('Q', 2)));

    assertThat(scanner.scan(in, awaited)).isEqualTo(7);
    assertThat(scanner.terminated()).isTrue();
    assertThat(awaited).hasToString("awaiting Q");
  }

  @ParameterizedTest(name = "type {0}")
  @ValueSource(chars = {'p', 'Z', 'x', '\0', '\u00ff'})
  void an_unknown_type_is_refused(char type) {
    assertThatThrownBy(() -> scanner.scan(Frames.header(type, 4), awaited))
        .isInstanceOf(BrokenFrame.class)
        .hasMessageStartingWith("unknown message type");
  }

  @ParameterizedTest(name = "length {0}")
  @ValueSource(ints = {3, 0, -1, Integer.MIN_VALUE, MESSAGE_BYTES_MAX + 5, Integer.MAX_VALUE})
  void an_impossible_length_is_refused(int length) {
    assertThatThrownBy(() -> scanner.scan(Frames.header('Q', length), awaited))
        .isInstanceOf(BrokenFrame.class)
        .hasMessageEndingWith("impossible length " + length);
    assertThatThrownBy(() -> scanner.skipToRequest(Frames.header('Q', length)))
        .isInstanceOf(BrokenFrame.class);
  }

  @Test
  void a_message_of_the_largest_size_is_accepted() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('Q', MESSAGE_BYTES_MAX)));

    assertThat(scanner.scan(in, awaited)).isEqualTo(in.readableBytes());
  }

  // ---- skipToRequest ----

  @Test
  void what_is_left_of_a_refused_copy_needs_no_server() {
    ByteBuf in =
        Frames.bytesOf(
            List.of(new Frame('d', 9), new Frame('f', 2), new Frame('c', 0), new Frame('H', 0)));

    assertThat(scanner.skipToRequest(in)).isFalse();
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void the_first_message_that_needs_a_server_stays_at_the_head() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('d', 9), new Frame('Q', 2), new Frame('d', 1)));

    assertThat(scanner.skipToRequest(in)).isTrue();
    assertThat(in.readerIndex()).isEqualTo(14);
    assertThat(scanner.terminated()).isFalse();
  }

  @Test
  void a_skipped_body_may_come_in_pieces() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('d', 20), new Frame('S', 0)));

    assertThat(scanner.skipToRequest(in.copy(0, 10))).isFalse();
    assertThat(scanner.atBoundary()).isFalse();
    ByteBuf rest = in.copy(10, 20);
    assertThat(scanner.skipToRequest(rest)).isTrue();
    assertThat(rest.readableBytes()).isEqualTo(5);
  }

  @Test
  void a_terminate_is_found_behind_what_is_skipped() {
    ByteBuf in = Frames.bytesOf(List.of(new Frame('c', 0), new Frame('X', 0)));

    assertThat(scanner.skipToRequest(in)).isTrue();
    assertThat(scanner.terminated()).isTrue();
  }

  @Test
  void a_cut_header_needs_more_bytes_and_stays() {
    ByteBuf in = Frames.header('Q', 9).writerIndex(4);

    assertThat(scanner.skipToRequest(in)).isFalse();
    assertThat(in.readableBytes()).isEqualTo(4);
  }

  // ---- properties ----

  @Property
  void where_a_stream_is_cut_changes_nothing(
      @ForAll("streams") List<Frame> stream, @ForAll("cuts") List<Integer> cuts) {
    ByteBuf whole = Frames.bytesOf(stream);
    var expected = new AwaitedReplies();
    var uncut = new FrontendScanner(MESSAGE_BYTES_MAX);
    int relayable = uncut.scan(whole, expected);

    var actual = new AwaitedReplies();
    var cutUp = new FrontendScanner(MESSAGE_BYTES_MAX);
    ByteBuf relayed = relayInPieces(Frames.cut(whole.duplicate(), cuts), cutUp, actual);

    assertThat(relayed).isEqualTo(whole.slice(0, relayable));
    assertThat(actual).hasToString(expected.toString());
    assertThat(cutUp.terminated()).isEqualTo(uncut.terminated());
  }

  @Property
  void random_bytes_only_ever_give_a_broken_frame(
      @ForAll byte[] bytes, @ForAll("cuts") List<Integer> cuts) {
    assertThatCode(
            () -> {
              try {
                var any = new FrontendScanner(MESSAGE_BYTES_MAX);
                relayInPieces(
                    Frames.cut(Unpooled.wrappedBuffer(bytes), cuts), any, new AwaitedReplies());
              } catch (BrokenFrame refused) {
                assertThat(refused.description()).isNotEmpty();
              }
            })
        .doesNotThrowAnyException();
  }

  private static ByteBuf relayInPieces(
      List<ByteBuf> pieces, FrontendScanner scanner, AwaitedReplies awaited) {
    ByteBuf relayed = Unpooled.buffer();
    ByteBuf in = Unpooled.buffer();
    for (ByteBuf piece : pieces) {
      in.writeBytes(piece);
      relayed.writeBytes(in, scanner.scan(in, awaited));
      if (scanner.terminated()) {
        break;
      }
    }
    return relayed;
  }

  @Provide
  Arbitrary<List<Frame>> streams() {
    return Frames.framesOf("QPBDECSHFdcfQSPBESX");
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Frames.cuts();
  }
}

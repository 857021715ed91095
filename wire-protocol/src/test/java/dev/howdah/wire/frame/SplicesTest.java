package dev.howdah.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplicesTest {
  private final Splices splices = new Splices();

  @Test
  void a_buffer_without_changes_is_handed_on_as_it_is() {
    ByteBuf in = bytes("abc");

    splices.apply(ByteBufAllocator.DEFAULT, in, out -> assertThat(out).isSameAs(in));

    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  @ParameterizedTest(name = "{0} bytes before it")
  @ValueSource(ints = {0, 10, 100_000})
  void changes_are_made_in_small_and_in_large_buffers(int before) {
    ByteBuf in = bytes("x".repeat(before) + "one two three four");
    splices.cut(before, before + 4);
    splices.insert(before + 8, bytes("2.5 "));
    splices.replace(before + 14, before + 18, bytes("4"));

    assertThat(applied(in)).isEqualTo("x".repeat(before) + "two 2.5 three 4");
    assertThat(splices.isEmpty()).isTrue();
    assertThat(in.refCnt()).isZero();
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {3, 100_000})
  void nothing_is_handed_on_when_all_is_cut(int length) {
    ByteBuf in = bytes("x".repeat(length));
    splices.cut(0, length);

    assertThat(applied(in)).isEmpty();
    assertThat(in.refCnt()).isZero();
  }

  @Test
  void many_changes_find_room() {
    ByteBuf in = bytes("abcdefghij");
    for (int i = 0; i < 10; i++) {
      splices.insert(i, bytes("-"));
    }

    assertThat(applied(in)).isEqualTo("-a-b-c-d-e-f-g-h-i-j");
  }

  @Test
  void forgotten_changes_are_released() {
    ByteBuf put = bytes("x");
    splices.insert(0, put);

    splices.clear();

    assertThat(put.refCnt()).isZero();
    assertThat(splices.isEmpty()).isTrue();
  }

  @Test
  void a_change_before_the_last_one_is_a_bug() {
    splices.cut(4, 6);

    assertThatThrownBy(() -> splices.cut(5, 7)).isInstanceOf(IllegalStateException.class);
  }

  private String applied(ByteBuf in) {
    StringBuilder text = new StringBuilder();
    splices.apply(
        ByteBufAllocator.DEFAULT,
        in,
        out -> {
          text.append(out.toString(StandardCharsets.US_ASCII));
          out.release();
        });
    return text.toString();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }
}

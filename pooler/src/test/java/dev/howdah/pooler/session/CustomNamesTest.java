package dev.howdah.pooler.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CustomNamesTest {
  private final Traces traces = new Traces();

  @Test
  void words_that_look_like_names_of_custom_settings_are_found_quoted_or_not() {
    find("CALL keep('my.X', 'a value'); DO $$ BEGIN SET app.user_id = 1; SET \"a.b\" = 2; END $$");

    assertThat(traces.settings()).containsExactlyInAnyOrder("my.x", "app.user_id", "a.b");
  }

  @Test
  void numbers_and_sentences_are_not() {
    find("SELECT f(1.5, '1.5', 'One. Two', '', 'plain', .5, a..b, open.");

    assertThat(traces.settings()).isEmpty();
  }

  @Test
  void too_many_of_them_are_not_passed_over_in_silence() {
    ByteBuf in = Unpooled.copiedBuffer("t.a, ".repeat(300), StandardCharsets.US_ASCII);

    assertThat(CustomNames.addTo(traces, in, 0, in.writerIndex())).isFalse();
  }

  private void find(String text) {
    ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    assertThat(CustomNames.addTo(traces, in, 0, in.writerIndex())).isTrue();
  }
}

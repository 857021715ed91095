package dev.howdah.pooler.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CustomNamesTest {
  private final Traces traces = new Traces();

  @Test
  void literals_that_look_like_names_of_custom_settings_are_found() {
    find("CALL keep('my.X', 'a value'); DO $$ PERFORM set_config('app.user_id', 'x', false) $$");

    assertThat(traces.settings()).containsExactlyInAnyOrder("my.x", "app.user_id");
  }

  @Test
  void names_behind_set_are_found() {
    find(
        "DO $$ BEGIN SET my.x = 'a'; set  Session app.b TO 1; RESET no.name; SET LOCAL work_mem = 1; SET");

    assertThat(traces.settings()).containsExactlyInAnyOrder("my.x", "app.b");
  }

  @Test
  void numbers_sentences_and_open_ends_are_not() {
    find("SELECT f('1.5', 'One. Two', '', 'plain', 'open.end");

    assertThat(traces.settings()).isEmpty();
  }

  private void find(String text) {
    ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    CustomNames.addTo(traces, in, 0, in.writerIndex());
  }
}

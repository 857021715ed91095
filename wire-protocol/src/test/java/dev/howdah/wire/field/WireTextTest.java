package dev.howdah.wire.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WireTextTest {

  @Property(tries = 2_000)
  void any_bytes_come_back_as_they_were(@ForAll byte[] bytes) {
    assertThat(written(WireText.decode(bytes))).isEqualTo(bytes);
  }

  @Example
  void utf8_is_read_as_utf8() {
    String text = "Žluťoučký kůň \uFFFD \uD83D\uDC18";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

    assertThat(WireText.decode(utf8)).isEqualTo(text);
    assertThat(written(text)).isEqualTo(utf8);
  }

  @Example
  void a_byte_that_is_not_utf8_becomes_a_lone_surrogate() {
    byte[] latin1 = "café".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(WireText.decode(latin1)).isEqualTo("caf\uDCE9");
  }

  private static byte[] written(String text) {
    ByteBuf out = Unpooled.buffer();
    WireText.write(out, text);
    return ByteBufUtil.getBytes(out);
  }
}

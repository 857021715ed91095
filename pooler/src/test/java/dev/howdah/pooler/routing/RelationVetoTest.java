package dev.howdah.pooler.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelationVetoTest {
  private final RelationVeto veto =
      new RelationVeto(List.of("base_registry_signaling", "orm_signaling_*"));

  @Test
  void a_relation_is_found_wherever_it_stands_as_a_word() {
    assertThat(isIn("SELECT last_value FROM base_registry_signaling")).isTrue();
    assertThat(isIn("select public.\"BASE_registry_signaling\".last_value")).isTrue();
    assertThat(isIn("SELECT * FROM orm_signaling_default")).isTrue();
  }

  @Test
  void a_part_of_a_longer_name_is_another_name() {
    assertThat(isIn("SELECT * FROM base_registry_signaling_2")).isFalse();
    assertThat(isIn("SELECT * FROM my_orm_signaling_default")).isFalse();
    assertThat(isIn("SELECT 1")).isFalse();
  }

  private boolean isIn(String sql) {
    var text = Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
    return veto.isIn(text, 0, text.readableBytes());
  }
}

package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Query;
import dev.howdah.wire.message.FrontendMessage.Sync;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementMarkTest {

  @Test
  void the_same_statement_has_the_same_mark_by_either_protocol() {
    String sql = "SELECT * FROM sale_order WHERE id = 17";

    assertThat(mark(new Query(sql)))
        .isEqualTo(mark(new Query(sql)))
        .isEqualTo(mark(new Parse("a name", sql, List.of(23))))
        .isNotZero()
        .isNotEqualTo(mark(new Query(sql.replace("17", "18"))));
  }

  @Test
  void what_follows_in_the_buffer_makes_no_difference() {
    assertThat(mark(new Query("SELECT 1"), new Sync(), new Query("SELECT 2")))
        .isEqualTo(mark(new Query("SELECT 1")));
  }

  @Test
  void a_statement_prepared_before_cannot_be_seen_and_a_sync_is_none() {
    assertThat(mark(new Bind("", "s", List.of(), List.of(), List.of()))).isZero();
    assertThat(mark(new Sync())).isEqualTo(5);
  }

  @Test
  void a_message_that_has_not_all_come_is_looked_at_as_far_as_it_goes() {
    ByteBuf whole = Unpooled.buffer();
    new Parse("name", "SELECT 1", List.of()).encode(whole);
    for (int length = 0; length <= whole.readableBytes(); length++) {
      StatementMark.of(whole.slice(0, length), 5); // throws nothing
    }
  }

  private static long mark(FrontendMessage... messages) {
    ByteBuf in = Unpooled.buffer();
    for (FrontendMessage message : messages) {
      message.encode(in);
    }
    return StatementMark.of(in, 5);
  }
}

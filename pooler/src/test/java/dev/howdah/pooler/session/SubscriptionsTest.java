package dev.howdah.pooler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.StatementFacts;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
  private static final String LISTENS_NEWS = ChannelNames.LISTENS + ChannelNames.key("news");
  private static final String UNLISTENS_NEWS = ChannelNames.UNLISTENS + ChannelNames.key("news");

  private final Subscriptions subscriptions = new Subscriptions();
  private final SqlReader reader = new SqlReader();

  @Test
  void a_listen_holds_once_its_stand_in_is_found() {
    listen("LISTEN news");

    assertThat(subscriptions.hears("news")).isFalse();
    assertThat(subscriptions.onFound(LISTENS_NEWS, false)).isEmpty();

    assertThat(subscriptions.hears("news")).isTrue();
  }

  @Test
  void a_listen_that_was_rolled_back_is_given_up() {
    listen("LISTEN news");

    assertThat(subscriptions.onFound(null, true)).containsExactly("news");

    assertThat(subscriptions.isActive()).isFalse();
  }

  @Test
  void an_unlisten_outside_of_a_transaction_shows_by_what_is_missing() {
    hearing("news", "other");

    String errand = subscriptions.errand(facts("UNLISTEN news"), false);
    assertThat(errand).contains("LISTEN " + LISTENS_NEWS).contains(ChannelNames.key("other"));
    rewrite("UNLISTEN news", false);
    subscriptions.onFound(ChannelNames.LISTENS + ChannelNames.key("other"), false);

    assertThat(subscriptions.hears("news")).isFalse();
    assertThat(subscriptions.hears("other")).isTrue();
  }

  @Test
  void an_unlisten_in_a_transaction_shows_by_a_mark() {
    hearing("news");

    String errand = subscriptions.errand(facts("UNLISTEN news"), true);
    assertThat(errand).isEqualTo("LISTEN " + UNLISTENS_NEWS);
    assertThat(rewrite("UNLISTEN news", true)).isEqualTo("UNLISTEN " + LISTENS_NEWS);

    assertThat(subscriptions.onFound(UNLISTENS_NEWS, false)).containsExactly("news");
    assertThat(subscriptions.hears("news")).isFalse();
  }

  @Test
  void an_unlisten_that_was_rolled_back_leaves_everything_as_it_was() {
    hearing("news");
    subscriptions.errand(facts("UNLISTEN *"), true);
    assertThat(rewrite("UNLISTEN *", true)).isEqualTo("UNLISTEN " + ChannelNames.NONE);

    assertThat(subscriptions.onFound(null, true)).isEmpty();

    assertThat(subscriptions.hears("news")).isTrue();
  }

  @Test
  void a_listen_behind_an_unlisten_takes_its_mark_away() {
    hearing("news");
    subscriptions.errand(facts("UNLISTEN news"), true);

    assertThat(subscriptions.errand(facts("LISTEN news"), true))
        .isEqualTo("UNLISTEN " + UNLISTENS_NEWS);
  }

  @Test
  void names_are_replaced_wherever_they_stand_in_a_text() {
    assertThat(rewrite("LISTEN news; SELECT 1; UNLISTEN \"odd \"\"one\"", false))
        .isEqualTo(
            "LISTEN "
                + LISTENS_NEWS
                + "; SELECT 1; UNLISTEN "
                + ChannelNames.LISTENS
                + ChannelNames.key("odd \"one"));
  }

  @Test
  void stand_ins_are_removed_after_they_were_looked_at() {
    listen("LISTEN news");

    assertThat(subscriptions.cleaning())
        .isEqualTo("UNLISTEN " + LISTENS_NEWS + "; UNLISTEN " + UNLISTENS_NEWS);
  }

  @Test
  void a_name_that_postgresql_will_cut_is_left_to_it() {
    assertThat(Subscriptions.areNamesShort(facts("LISTEN " + "x".repeat(63)))).isTrue();
    assertThat(Subscriptions.areNamesShort(facts("LISTEN " + "x".repeat(64)))).isFalse();
  }

  private void hearing(String... channels) {
    for (String channel : channels) {
      listen("LISTEN " + channel);
      subscriptions.onFound(ChannelNames.LISTENS + ChannelNames.key(channel), false);
    }
  }

  private void listen(String sql) {
    Set<String> unheard = subscriptions.unheard(facts(sql));
    subscriptions.expect(unheard);
    rewrite(sql, false);
  }

  private String rewrite(String sql, boolean inTransaction) {
    StringBuilder out = new StringBuilder();
    int[] at = {0};
    subscriptions.rewrite(
        facts(sql),
        inTransaction,
        (range, text) -> {
          out.append(sql, at[0], range.start()).append(text);
          at[0] = range.end();
        });
    return out.append(sql.substring(at[0])).toString();
  }

  private StatementFacts facts(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    return reader.read(text, 0, text.length, SqlRules.STANDARD);
  }
}

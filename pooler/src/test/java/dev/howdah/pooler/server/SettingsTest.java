package dev.howdah.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void names_have_no_case() {
    Settings settings = Settings.NONE.with("TimeZone", "UTC").with("TIMEZONE", "GMT");

    assertThat(settings.values()).containsOnlyKeys("timezone").containsValue("GMT");
    assertThat(settings.without("timeZone")).isSameAs(Settings.NONE);
    assertThat(settings.without("datestyle")).isSameAs(settings);
  }

  @Test
  void equal_is_what_has_the_same_values_whatever_the_order() {
    Settings one = Settings.NONE.with("a", "1").with("b", "2");

    assertThat(one).isEqualTo(Settings.NONE.with("b", "2").with("a", "1")).isNotEqualTo(null);
    assertThat(one).hasSameHashCodeAs(Settings.NONE.with("b", "2").with("a", "1"));
    assertThat(one).isNotEqualTo(Settings.NONE.with("a", "1"));
  }

  @Test
  void only_what_differs_is_set_in_one_select() {
    Settings from = Settings.NONE.with("a", "same").with("b", "old");
    Settings to = Settings.NONE.with("a", "same").with("b", "new").with("c", "more");

    assertThat(from.switchSql(to))
        .isEqualTo(
            "SELECT pg_catalog.set_config('b','new',false),pg_catalog.set_config('c','more',false)");
  }

  @Test
  void what_is_absent_is_reset() {
    Settings from = Settings.NONE.with("a", "1").with("my.setting", "2");

    assertThat(from.switchSql(Settings.NONE)).isEqualTo("RESET \"a\";RESET \"my.setting\";");
    assertThat(from.switchSql(Settings.NONE.with("b", "1")))
        .isEqualTo("RESET \"a\";RESET \"my.setting\";SELECT pg_catalog.set_config('b','1',false)");
  }

  @Test
  void nothing_is_sent_from_like_to_like() {
    Settings some = Settings.NONE.with("a", "1");

    assertThat(some.switchSql(Settings.NONE.with("A", "1"))).isEmpty();
  }

  @Test
  void a_list_stays_a_list() {
    assertThat(Settings.NONE.switchSql(Settings.NONE.with("search_path", "\"a b\", public")))
        .isEqualTo("SELECT pg_catalog.set_config('search_path','\"a b\", public',false)");
  }

  @Test
  void quotes_and_backslashes_cannot_end_a_literal() {
    assertThat(Settings.quoteText("it's")).isEqualTo("'it''s'");
    assertThat(Settings.quoteText("a\\'b")).isEqualTo(" E'a\\\\''b'");
    assertThat(Settings.quoteText("\\")).isEqualTo(" E'\\\\'");
    assertThat(Settings.quoteName("a\"; DROP TABLE t; --"))
        .isEqualTo("\"a\"\"; DROP TABLE t; --\"");
  }
}

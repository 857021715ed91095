package dev.howdah.pooler.hba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.hba.AccessRegex.TooMuchEffort;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRegexTest {

  private static final String EXPLOSIVE = "^(.*)(.*)(.*)(.*)(.*)x$";

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "b abc true",
        "^b abc false",
        "c$ abc true",
        "^a.c$ abc true",
        "^a\\.c$ abc false",
        "^a\\.c$ a.c true",
        "^(a|bc)+$ abca true",
        "^(?:a|bc)+$ ab false",
        "^a{2}$ aa true",
        "^a{2,}$ a false",
        "^a{2,3}$ aaaa false",
        "^a{,3}$ a{,3} true",
        "^a{$ a{ true",
        "^a{x$ a{x true",
        "^a*?b+?$ aab true",
        "^\\d\\w\\s*$ 1a true",
        "^\\D\\W\\S$ a-b true",
        "\\Aab\\Z ab true",
        "(?i)^ABC$ abc true",
        "^[a-c]+$ abc true",
        "^[^a-c]+$ abc false",
        "^[]a]+$ ]a true",
        "^[^]a]+$ xy true",
        "^[a-]+$ a- true",
        "^[-a]+$ a- true",
        "^[+--]+$ , true",
        "^[a[]+$ [a true",
        "^[a&&b]+$ a&b true",
        "^[[:alpha:][:digit:]_]+$ a1_ true",
        "^[\\w.]+$ a.b true",
        "^[\\]\\\\]+$ ]\\ true",
        "^a]}$ a]} true",
        "^()$ a false",
        "^x|y$ ay true",
        "^\u00e9+$ \u00e9\u00e9 true"
      })
  void expressions_mean_what_they_mean_in_postgresql(String regex, String name, boolean expected) {
    assertThat(AccessRegex.compile(regex).isFoundIn(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a(b",
        "ab)",
        "*a",
        "a**",
        "a*+",
        "a++",
        "^*",
        "(*a)",
        "a|*b",
        "a{1",
        "a{3,2}",
        "a{256}",
        "a{1,2,3}",
        "[a",
        "[",
        "[]",
        "[b-a]",
        "[a-c-e]",
        "[[:no:]]",
        "[[:alpha:",
        "[[.a.]]",
        "[[=a=]]",
        "[a-[:alpha:]]",
        "[\\D]",
        "[\\",
        "\\",
        "a\\",
        "\\1",
        "(a)\\1",
        "\\bx",
        "\\y",
        "\\mx",
        "\\Q",
        "\\p{L}",
        "(?=a)",
        "(?<x>a)",
        "(?>a)",
        "a(?i)b",
        "(?x)a",
        "***=a"
      })
  void what_java_would_read_differently_is_refused(String regex) {
    assertThatThrownBy(() -> AccessRegex.compile(regex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("regular expression");
  }

  @Test
  void a_line_feed_at_the_end_is_part_of_the_name() {
    assertThat(AccessRegex.compile("^admin$").isFoundIn("admin\n")).isFalse();
    assertThat(AccessRegex.compile("^admin.$").isFoundIn("admin\n")).isTrue();
    assertThat(AccessRegex.compile("^[^a]$").isFoundIn("\n")).isTrue();
  }

  @Test
  void effort_for_one_name_is_bounded() {
    AccessRegex explosive = AccessRegex.compile(EXPLOSIVE);

    assertThat(explosive.isFoundIn("aax")).isTrue();
    assertThatThrownBy(() -> explosive.isFoundIn("a".repeat(200)))
        .isInstanceOf(TooMuchEffort.class);
    assertThatThrownBy(() -> explosive.isFoundIn("b".repeat(2000)))
        .isInstanceOf(TooMuchEffort.class);
  }

  @Test
  void a_map_that_takes_too_long_allows_nobody() {
    var entry =
        new IdentEntry(
            "m",
            new NamePattern.Matching(AccessRegex.compile(EXPLOSIVE)),
            new IdentEntry.DatabaseUser.Fixed(new NamePattern.Everything()));
    var maps = new IdentMaps(List.of(entry));

    assertThat(maps.allows(Optional.of("m"), "aax", "app")).isTrue();
    assertThat(maps.allows(Optional.of("m"), "a".repeat(200), "app")).isFalse();
  }

  @Test
  void a_group_that_took_no_part_allows_nobody() {
    var entry =
        new IdentEntry(
            "m",
            new NamePattern.Matching(AccessRegex.compile("^x|(a)$")),
            new IdentEntry.DatabaseUser.Captured("", ""));

    assertThat(entry.allows("x", "null")).isFalse();
    assertThat(entry.allows("x", "")).isFalse();
    assertThat(entry.allows("a", "a")).isTrue();
  }
}

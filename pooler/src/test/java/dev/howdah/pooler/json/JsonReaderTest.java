package dev.howdah.pooler.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  @Test
  void what_is_written_is_read_again() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "a\"b\\c\n\t</\ud83d\udc18");
    value.put("numbers", Arrays.asList(0L, -12L, 0.5, 1e30, null));
    value.put("flags", List.of(true, false));
    value.put("nested", Map.of("empty", List.of(), "map", Map.of()));

    assertThat(JsonReader.read(JsonText.of(value))).isEqualTo(value);
    assertThat(JsonReader.read(JsonText.pretty(value))).isEqualTo(value);
  }

  @Test
  void every_escape_is_understood() {
    assertThat(JsonReader.read("\"\\b\\f\\n\\r\\t\\/\\u00e9\"")).isEqualTo("\b\f\n\r\t/\u00e9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}",
        "nul",
        "01",
        "1.",
        "+1",
        "'a'",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "1 2",
        "NaN",
        "\"\n\""
      })
  void what_is_not_json_is_refused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON: ");
  }

  @Test
  void depth_has_a_limit() {
    assertThatThrownBy(() -> JsonReader.read("[".repeat(10_000)))
        .hasMessageStartingWith("not JSON: too deep");
  }
}

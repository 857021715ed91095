package dev.howdah.pooler.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void every_kind_of_value_is_written_on_one_line() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("name", "pg1");
    value.put("lag", 12L);
    value.put("share", 0.5);
    value.put("serves", true);
    value.put("list", List.of(1, "two"));
    value.put("empty", Map.of());

    assertThat(JsonText.of(value))
        .isEqualTo(
            "{\"name\":\"pg1\",\"lag\":12,\"share\":0.5,\"serves\":true,\"list\":[1,\"two\"],\"empty\":{}}");
  }

  @Test
  void what_json_does_not_know_is_null() {
    List<Object> values = new ArrayList<>();
    values.add(null);
    values.add(Double.NaN);
    values.add(Double.POSITIVE_INFINITY);

    assertThat(JsonText.of(values)).isEqualTo("[null,null,null]");
  }

  @Test
  void text_can_neither_end_its_string_nor_a_script() {
    assertThat(JsonText.quoted("a\"b\\c\n\u0001</script>\ud83d\udc18"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\u0001\\u003c/script>\\ud83d\\udc18\"");
  }

  @Test
  void pretty_text_goes_two_blanks_deeper_for_each_level() {
    assertThat(JsonText.pretty(List.of(Map.of("a", List.of(1), "b", List.of()))))
        .satisfiesAnyOf(
            text ->
                assertThat(text)
                    .isEqualTo(
                        """
                        [
                          {
                            "a": [
                              1
                            ],
                            "b": []
                          }
                        ]\
                        """),
            text -> assertThat(text).contains("\n    \"b\": [],\n"));
  }
}

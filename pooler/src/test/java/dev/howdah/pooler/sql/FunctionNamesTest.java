package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionNamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"functions.txt", "keywords.txt"})
  void lists_are_sorted_and_without_doubles(String file) {
    assertThat(FunctionNames.lines(file))
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(400);
  }

  @Test
  void every_name_in_the_lists_is_found() {
    for (String name : FunctionNames.lines("functions.txt")) {
      assertThat(FunctionNames.isBuiltIn(find(name))).as(name).isTrue();
    }
    for (String name : FunctionNames.lines("keywords.txt")) {
      assertThat(FunctionNames.isKeyword(find(name.toUpperCase(Locale.ROOT)))).isTrue();
    }
    assertThat(find("no_such_function")).isEqualTo(NameTable.ABSENT);
    assertThat(find("")).isEqualTo(NameTable.ABSENT);
  }

  private static int find(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return FunctionNames.find(bytes, 0, bytes.length, true);
  }
}

package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFingerprintTest {
  private final SqlFingerprint fingerprint = new SqlFingerprint();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select a from b where c = 1 | SELECT  a/* x */ FROM b WHERE c='x''y'",
        "select 1 where a in (1, 2, 3) | select $1 where a in ('x')",
        "select a(1, b, 2) | select A($1,b,$2)"
      })
  void texts_that_differ_in_literals_only_are_alike(String one, String other) {
    assertThat(of(one)).isEqualTo(of(other));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select a from b | select a from c",
        "select \"a\" | select \"A\"",
        "select \"a\" | select a",
        "select ab | select a b",
        "select 1, a | select 1 a",
        "select a, 1 | select a 1",
        "select a + 1 | select a - 1"
      })
  void texts_that_mean_something_else_are_not(String one, String other) {
    assertThat(of(one)).isNotEqualTo(of(other));
  }

  private long of(String sql) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return fingerprint.of(bytes, 0, bytes.length, SqlRules.STANDARD);
  }
}

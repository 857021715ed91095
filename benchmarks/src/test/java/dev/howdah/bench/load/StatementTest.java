package dev.howdah.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTest {

  @ParameterizedTest
  @CsvSource({
    "SELECT 1, SELECT",
    "BEGIN, BEGIN",
    "begin read only, BEGIN",
    "'  Commit', COMMIT",
    "ROLLBACK, ROLLBACK",
    "SET a = 1, SET",
    "RESET ALL, RESET",
    "discard all, DISCARD",
    "BULK 10 20, BULK",
    "COPY in, COPY",
    "'', EMPTY",
    ";, EMPTY",
    "B, SELECT",
    "1, SELECT"
  })
  void is_told_from_its_first_word(String sql, Statement expected) {
    ByteBuf in = Unpooled.copiedBuffer("x" + sql + "\0", StandardCharsets.UTF_8);
    assertThat(Statement.of(in, 1)).isEqualTo(expected);
  }
}

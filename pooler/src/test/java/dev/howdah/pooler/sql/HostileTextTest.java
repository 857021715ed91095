package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that would take a careless reader time beyond all measure. */
class HostileTextTest {
  private static final int BYTES = 1 << 18;

  /** Hundreds of times what it takes; a quadratic reader needs a minute. */
  private static final long CPU_NANOS_MAX = 1_500_000_000L;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final SqlReader reader = new SqlReader();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/*",
        "/* ",
        "*/",
        "/**/",
        "/*/",
        "--\n",
        "- ",
        "$a$ ",
        "$a",
        "$$",
        "$",
        "$a$b",
        "(",
        ")",
        "()",
        "((;))",
        "'",
        "''",
        "' '",
        "'\n",
        "''\n",
        "'' -- x\n",
        "E'\\",
        "\\'",
        "\"",
        "\"\"",
        "\"a\" ",
        "U&\"a\" ",
        "U&\"a\" /* x */ ",
        "U&\"a\" UESCAPE ",
        "u&'a' uescape '!' ",
        "+",
        "-+",
        "+@",
        "@-",
        "=-",
        "1_",
        "1e",
        "0x",
        "..",
        "a.",
        "a.b(",
        "set_config(",
        "set_config('a',",
        "set_config('a', 'b', ",
        "pg_temp",
        "\"pg_temp\".",
        "into ",
        "begin atomic ",
        "end;",
        "b'1'\n",
        ";",
        "select;",
        "set x = 1,",
        "explain ",
        "explain (",
        "prepare a as ",
        "create or replace ",
        "create function a begin atomic ",
        "with a as (",
        "howdah: a=b ",
        "/* howdah: a=b */",
        "é",
        "\0",
        "\\",
        "case end "
      })
  void reading_takes_time_in_proportion_to_the_length(String part) {
    for (String head : new String[] {"", "create function f() ", "select ", "set x = ", "/* "}) {
      byte[] text = (head + part.repeat(BYTES / part.length())).getBytes(StandardCharsets.UTF_8);
      long began = THREADS.getCurrentThreadCpuTime();

      StatementFacts facts = reader.read(text, 0, text.length, SqlRules.STANDARD);

      assertThat(facts.statements().size()).isLessThanOrEqualTo(10_000);
      assertThat(facts.setConfigCalls().size()).isLessThanOrEqualTo(16);
      assertThat(THREADS.getCurrentThreadCpuTime() - began).isLessThan(CPU_NANOS_MAX);
    }
  }
}

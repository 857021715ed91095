package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No false pin, and nothing missed, in statements as Odoo sends them. */
class OdooStatementsTest {

  static Stream<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OdooStatementsTest.class.getResourceAsStream("odoo-statements.txt"))) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return all.lines().filter(line -> !line.startsWith("#")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void kinds_and_suspicions_are_right(String line) {
    int tab = line.indexOf('\t');
    String sql = line.substring(tab + 1).replace("\\n", "\n");

    StatementFacts facts = new SqlReader().read(sql);

    List<String> found = new ArrayList<>();
    facts.statements().forEach(statement -> found.add(statement.kind().name()));
    facts.suspicionSet().forEach(suspicion -> found.add(suspicion.name()));
    assertThat(String.join(" ", found)).isEqualTo(line.substring(0, tab));
  }
}

package dev.howdah.pooler.hba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.hba.ConnectionFacts.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionTableTest {

  private static final LocalNetworks NETWORKS =
      () ->
          List.of(
              AddressRange.of(InetAddress.ofLiteral("127.0.0.1"), 8),
              AddressRange.of(InetAddress.ofLiteral("::1"), 128),
              AddressRange.of(InetAddress.ofLiteral("10.1.2.3"), 24));

  @TempDir Path directory;

  static List<DecisionTable.Case> cases() throws IOException {
    return DecisionTable.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_rules_decide_as_the_table_says(DecisionTable.Case each) throws IOException {
    LoadedHba loaded = load(each);
    var softly = new SoftAssertions();

    assertThat(loaded.problems()).isEmpty();
    for (List<String> attempt : each.attempts()) {
      softly
          .assertThat(verdict(loaded.rules(), attempt))
          .as(String.join(" | ", attempt))
          .isEqualTo(attempt.getLast());
    }
    for (List<String> row : each.maps()) {
      Optional<String> map = Optional.of(row.getFirst()).filter(name -> !name.equals("-"));
      softly
          .assertThat(loaded.maps().allows(map, row.get(1), row.get(2)) ? "allowed" : "denied")
          .as(String.join(" | ", row))
          .isEqualTo(row.getLast());
    }
    assertThat(each.attempts().size() + each.maps().size()).isPositive();
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void loading_twice_gives_equal_rules(DecisionTable.Case each) throws IOException {
    assertThat(load(each)).isEqualTo(load(each));
  }

  private LoadedHba load(DecisionTable.Case each) throws IOException {
    Path files = each.writeTo(directory);
    Path ident = files.resolve("pg_ident.conf");
    return LoadedHba.load(
        files.resolve("pg_hba.conf"), Optional.of(ident).filter(Files::exists), _ -> {});
  }

  private static String verdict(HbaRules rules, List<String> attempt) {
    String transport = attempt.getFirst();
    boolean local = transport.startsWith("local");
    var facts =
        new ConnectionFacts(
            local ? Transport.LOCAL : Transport.TCP,
            transport.startsWith("tls"),
            local ? null : InetAddress.ofLiteral(attempt.get(1)),
            attempt.get(2),
            attempt.get(3),
            transport.endsWith(" replication"));
    return switch (rules.match(facts, NETWORKS)) {
      case Verdict.Prove prove -> prove.method().word() + " line " + prove.rule().line();
      case Verdict.Refuse(var message, var rule) when rule.isPresent() -> {
        assertThat(message).startsWith("pg_hba.conf rejects ");
        yield "reject line " + rule.get().line();
      }
      case Verdict.Refuse(var message, _) -> {
        assertThat(message).startsWith("no pg_hba.conf entry for ");
        yield "none";
      }
    };
  }
}

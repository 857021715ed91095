package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TopicTest {
  /** Tables that are empty, or so plain that the manual names them in a sentence. */
  private static final Set<Topic> UNEXPLAINED =
      Set.of(Topic.DNS_ZONES, Topic.LISTS, Topic.PEERS, Topic.PEER_POOLS, Topic.VERSION);

  static Stream<String> reference() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TopicTest.class.getResourceAsStream("pgbouncer-1.25-columns.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"));
    }
  }

  @ParameterizedTest
  @MethodSource("reference")
  void the_columns_of_pgbouncer_come_first_and_in_its_order(String line) {
    String name = line.substring(0, line.indexOf(' '));
    List<String> expected = List.of(line.substring(name.length() + 1).split(", ", -1));

    List<String> ours =
        Topic.valueOf(name).columns().stream()
            .map(column -> column.name() + " " + column.type().word())
            .toList();

    assertThat(ours).startsWith(expected.toArray(String[]::new)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SOCKETS", "ACTIVE_SOCKETS", "STATS_TOTALS", "STATS_AVERAGES"})
  void the_manual_explains_every_topic_and_column(Topic topic) throws IOException {
    String manual = Files.readString(Path.of("../docs/console.md"));

    assertThat(manual).contains(topic.name());
    if (!UNEXPLAINED.contains(topic)) {
      for (Column column : topic.columns()) {
        assertThat(manual).contains("`" + column.name() + "`");
      }
    }
  }
}

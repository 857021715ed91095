package dev.howdah.it.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.postgres.StopMode;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where sessions go that say at login what they want. */
class TargetsTest {
  private static Nodes nodes;

  @BeforeAll
  static void start() throws SQLException {
    nodes = new Nodes(2);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static Set<Integer> standbyPorts() {
    return Set.of(nodes.standby(0).endpoint().port(), nodes.standby(1).endpoint().port());
  }

  @Test
  void a_database_goes_to_the_primary_and_its_alias_to_all_replicas() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "")) {
      assertThat(Nodes.portOf(pooler, "erp")).isEqualTo(nodes.primary().endpoint().port());
      Set<Integer> seen = new HashSet<>();
      try (Connection connection = Nodes.connect(pooler, "erp_ro");
          Statement statement = connection.createStatement()) {
        Nodes.await(
            "both replicas are used",
            () -> seen.add(Nodes.port(statement)) && seen.size() == standbyPorts().size());
        assertThatThrownBy(() -> statement.execute("CREATE TABLE x ()"))
            .hasMessageContaining("read-only transaction");
      }
      assertThat(seen).isEqualTo(standbyPorts());
    }
  }

  @Test
  void a_startup_option_says_it_and_never_reaches_the_server() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "")) {
      Target erp = pooler.target(nodes.direct());
      try (Connection connection =
              erp.connect(Map.of("options", "-c howdah.target=prefer-replica"));
          Statement statement = connection.createStatement()) {
        assertThat(standbyPorts()).contains(Nodes.port(statement));
        assertThatThrownBy(() -> statement.execute("SHOW howdah.target"))
            .hasMessageContaining("unrecognized configuration parameter");
      }
      assertThatThrownBy(() -> erp.connect(Map.of("options", "-c howdah.target=nowhere")))
          .hasMessageContaining("invalid value for parameter");
    }
  }

  @Test
  void reads_go_on_without_an_error_when_replicas_die_and_come_back() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = Nodes.connect(pooler, "erp_ro");
        Statement statement = connection.createStatement()) {
      nodes.standby(0).stop(StopMode.IMMEDIATE);
      try {
        Nodes.await(
            "only the other replica is used",
            () -> Nodes.port(statement) == nodes.standby(1).endpoint().port());
        for (int i = 0; i < 20; i++) {
          assertThat(Nodes.port(statement)).isEqualTo(nodes.standby(1).endpoint().port());
        }
      } finally {
        nodes.standby(0).restart();
      }
      Nodes.await(
          "it is used again", () -> Nodes.port(statement) == nodes.standby(0).endpoint().port());
    }
  }
}

package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutingReaderTest {
  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void nodes_and_routing_are_read() throws ConfigException {
    PoolerConfig config =
        fixture.config(
            """
            [nodes]
            pg1 = host=10.0.0.11
            pg2 = host=10.0.0.12 port=5433 weight=2 zone=b role=replica
            [routing]
            monitor_user = howdah
            monitor_password = secret
            check_interval = 200
            max_replica_lag = 3
            max_replica_lag_bytes = 16MB
            read_your_writes = session
            replica_wait = 20
            replica_fallback = error
            zone = b
            primary_only_relations = Signals, cache_*
            [databases]
            * = cluster=main
            erp_ro = cluster=main dbname=erp target=replica
            [pgbouncer]
            """);

    RoutingConfig routing = config.routing();
    assertThat(routing.nodes())
        .containsExactly(
            new NodeConfig("pg1", new Endpoint("10.0.0.11", 5432), 1, "", NodeRole.AUTO),
            new NodeConfig("pg2", new Endpoint("10.0.0.12", 5433), 2, "b", NodeRole.REPLICA));
    assertThat(routing.probing().user()).isEqualTo("howdah");
    assertThat(routing.probing().interval()).isEqualTo(Duration.ofMillis(200));
    assertThat(routing.probing().toString()).doesNotContain("secret");
    assertThat(routing.limits())
        .isEqualTo(
            new RoutingConfig.Limits(Duration.ofSeconds(3), 16L << 20, Duration.ofSeconds(5)));
    assertThat(routing.readYourWrites()).isEqualTo(ReadYourWrites.SESSION);
    assertThat(routing.replicaFallback()).isEqualTo(ReplicaFallback.ERROR);
    assertThat(routing.primaryOnlyRelations()).isEqualTo(List.of("signals", "cache_*"));
    assertThat(config.database("erp_ro").orElseThrow().placement())
        .isEqualTo(new Placement(Optional.of("main"), Target.REPLICA));
    assertThat(config.database("other").orElseThrow().placement().target())
        .isEqualTo(Target.PRIMARY);
  }

  @Test
  void an_unknown_key_is_named_with_its_line() {
    List<ConfigProblem> problems =
        fixture.problems("[pgbouncer]\n[routing]\nread_your_write = off\n");

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().toString())
        .contains("pgbouncer.ini:3", "read_your_write", "did you mean read_your_writes?");
  }

  @Test
  void probing_needs_somebody_to_log_in_as() {
    assertThat(fixture.problems("[nodes]\npg1 = host=a\n[pgbouncer]\n").toString())
        .contains("monitor_user");
  }

  @Test
  void what_cannot_be_known_without_probing_is_not_promised() {
    assertThat(
            fixture
                .problems("[nodes]\npg1 = host=a\n[routing]\ntopology = static\n[pgbouncer]\n")
                .toString())
        .contains("read_your_writes", "topology = probe");
  }

  @Test
  void a_cluster_that_is_not_there_is_a_problem() {
    assertThat(fixture.problemOfDatabase("cluster=main")).contains("[nodes]");
    assertThat(
            fixture
                .problems(
                    """
                    [nodes]
                    pg1 = host=a
                    [routing]
                    monitor_user = m
                    [databases]
                    erp = cluster=other
                    [pgbouncer]
                    """)
                .toString())
        .contains("there is no cluster other");
  }

  @Test
  void hosts_of_an_entry_have_no_roles() {
    assertThat(fixture.problemOfDatabase("host=a,b target=replica")).contains("cluster=main");
  }
}

package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.NodeRole;
import dev.howdah.pooler.config.ReadYourWrites;
import dev.howdah.pooler.config.ReplicaFallback;
import dev.howdah.pooler.config.RoutingConfig;
import dev.howdah.pooler.config.Target;
import dev.howdah.pooler.config.TopologyKind;
import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeState.Role;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.TopologyView;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A primary pg1, replicas pg2 (1 MB behind) and pg3 (excluded), all heard a second ago. */
class NodeChecksTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(100 * SECOND);
  private final TopologyView view =
      new TopologyView(
          List.of(
              node("pg1", Role.PRIMARY, "is the primary", 0),
              node("pg2", Role.REPLICA, "", 1 << 20),
              node("pg3", Role.REPLICA, "is 12.0 s and 99 bytes behind", 99)),
          0,
          7);
  private @Nullable NodeTopology source = new Fixed(view);
  private final NodeChecks checks = new NodeChecks(() -> source, NodeChecksTest::routing, now::get);

  @ParameterizedTest
  @CsvSource({
    "/primary, 200",
    "/primary?node=pg1, 200",
    "/primary?node=pg2, 503",
    "/primary?node=pg9, 404",
    "/read-write, 200",
    "/leader, 200",
    "/leader?node=pg3, 503",
    "/replica, 200",
    "/replica?node=pg1, 503",
    "/replica?node=pg2, 200",
    "/replica?node=pg3, 503",
    "/replica?lag=1MB, 200",
    "/replica?lag=1023kB, 503",
    "/replica?lag=1048575, 503",
    "/read-only, 200",
    "/read-only?node=pg1, 200",
    "/read-only?node=pg3, 503",
    "/health, 200",
    "/health?node=pg3, 200"
  })
  void the_status_says_yes_or_no(String target, int status) throws Exception {
    assertThat(ask(target).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"/primary", "/read-write", "/leader", "/health?node=pg1", "/read-only?node=pg1"})
  void nodes_that_are_silent_are_nothing(String target) throws Exception {
    now.addAndGet(5 * SECOND);

    assertThat(ask(target).status()).isEqualTo(503);
  }

  @Test
  void while_nobody_may_write_there_is_no_primary() throws Exception {
    source = new Fixed(new TopologyView(view.nodes(), -1, 8));

    assertThat(ask("/primary").status()).isEqualTo(503);
    assertThat(ask("/primary?node=pg1").status()).isEqualTo(503);
    assertThat(ask("/read-only").status()).isEqualTo(200);
  }

  @Test
  void the_body_says_which_node_and_why_not() throws Exception {
    assertThat(ask("/primary").text())
        .isEqualTo(
            """
            {
              "node": "pg1",
              "state": "running",
              "role": "primary",
              "timeline": 3
            }
            """);
    assertThat(ask("/replica?node=pg3").text())
        .contains("\"serves_reads\": false", "\"reason\": \"is 12.0 s and 99 bytes behind\"");
  }

  @Test
  void without_nodes_nothing_is_known() throws Exception {
    source = null;

    assertThat(ask("/primary").status()).isEqualTo(503);
    assertThat(ask("/primary").text()).contains("It has no [nodes].");
  }

  @Test
  void a_lag_that_is_no_size_is_refused() {
    assertThatThrownBy(() -> ask("/replica?lag=much"))
        .isInstanceOf(Page.BadRequest.class)
        .hasMessageContaining("lag=much is no size");
  }

  @Test
  void the_cluster_is_listed_in_the_format_of_patroni() throws Exception {
    var pages = new ClusterPages(() -> source, checks, NodeChecksTest::facts);
    now.addAndGet(5 * SECOND);

    assertThat(answer(pages.routes(), "/cluster").text())
        .startsWith(
            """
            {
              "scope": "main",
              "members": [
                {
                  "name": "pg1",
                  "role": "leader",
                  "state": "unknown",
                  "host": "h",
                  "port": 5432,
                  "timeline": 3,
                  "reason": "is the primary"
                },
            """)
        .contains("\"lag\": \"unknown\"", "\"pause\": true", "\"controller\": \"desk-1\"");
  }

  @Test
  void history_is_a_list_of_lists_or_of_objects() throws Exception {
    var pages = new ClusterPages(() -> source, checks, NodeChecksTest::facts);

    assertThat(answer(pages.routes(), "/history").text().replaceAll("\\s+", ""))
        .isEqualTo("[[2,83886080,\"failover\",\"2026-01-02T03:04:05Z\",\"pg1\"]]");
    assertThat(answer(pages.routes(), "/api/v1/history").text())
        .contains("\"position\": \"0/5000000\"", "\"epoch\": 7");
  }

  private Answer ask(String target) throws Exception {
    return answer(checks.routes(), target);
  }

  private static Answer answer(Map<String, Route> routes, String target) throws Exception {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    Map<String, String> parameters = new HashMap<>();
    if (question >= 0) {
      Request.decode(target.substring(question + 1), parameters);
    }
    Route route = routes.get(path);
    if (route == null) {
      throw new AssertionError("no route " + path);
    }
    return route.page().answer(new Request("GET", path, parameters, "test"));
  }

  private static NodeState node(String name, Role role, String exclusion, long lagBytes) {
    var config = new NodeConfig(name, new Endpoint("h", 5432), 1, "", NodeRole.AUTO);
    var position = new Lsn(1 << 24);
    return new NodeState(
        config, role, exclusion, "1", 3, position, position, lagBytes, 0, 99 * SECOND, 1);
  }

  private static RoutingConfig routing() {
    return new RoutingConfig(
        List.of(),
        new RoutingConfig.Probing(
            TopologyKind.PROBE,
            "monitor",
            Optional.empty(),
            "postgres",
            Duration.ofMillis(500),
            Duration.ofSeconds(2)),
        new RoutingConfig.Limits(Duration.ZERO, 0, Duration.ZERO),
        Target.PRIMARY,
        ReadYourWrites.OFF,
        Duration.ZERO,
        ReplicaFallback.PRIMARY,
        "",
        0,
        List.of());
  }

  private static ClusterFacts facts() {
    return new ClusterFacts() {
      @Override
      public Optional<String> name() {
        return Optional.of("main");
      }

      @Override
      public boolean isPaused() {
        return true;
      }

      @Override
      public Optional<String> controller() {
        return Optional.of("desk-1");
      }

      @Override
      public List<Change> history() {
        Instant at = Instant.parse("2026-01-02T03:04:05Z");
        return List.of(new Change(7, 2, 0x5000000, "failover", at, "pg1"));
      }
    };
  }

  /** A topology that does not change. */
  private record Fixed(TopologyView now) implements NodeTopology {
    @Override
    public void start(Runnable onPrimary) {}

    @Override
    public long nextSample() {
      return 0;
    }

    @Override
    public @Nullable Lsn positionAt(long sample) {
      return null;
    }

    @Override
    public void await(long sample, long nanos, EventLoop loop, Runnable outcome) {}

    @Override
    public void close() {}
  }
}

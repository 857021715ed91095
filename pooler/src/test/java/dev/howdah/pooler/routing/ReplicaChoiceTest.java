package dev.howdah.pooler.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.NodeRole;
import dev.howdah.pooler.routing.NodeState.Role;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaChoiceTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<NodeState> nodes = new ArrayList<>();
  private final int[] busy = new int[4];

  @Test
  void equal_replicas_are_taken_in_turn() {
    replica(1, "", 100, 0);
    replica(1, "", 100, 0);

    assertThat(picks(4, "", 0)).isEqualTo("0101");
  }

  @Test
  void weight_is_a_share() {
    replica(1, "", 100, 0);
    replica(2, "", 100, 0);

    assertThat(picks(6, "", 0).chars().filter(c -> c == '1').count()).isEqualTo(4);
  }

  @Test
  void the_least_busy_comes_first() {
    replica(1, "", 100, 0);
    replica(1, "", 100, 0);
    busy[0] = 3;

    assertThat(picks(3, "", 0)).isEqualTo("111");
  }

  @Test
  void replicas_of_the_own_zone_come_first_while_one_may_serve() {
    replica(1, "a", 100, 0);
    replica(1, "b", 50, 0);

    assertThat(picks(2, "b", 0)).isEqualTo("11");
    assertThat(picks(2, "b", 80)).isEqualTo("00");
  }

  @Test
  void a_replica_that_has_not_replayed_enough_is_not_taken() {
    replica(1, "", 100, 0);

    assertThat(picks(1, "", 100)).isEqualTo("0");
    assertThat(picks(1, "", 101)).isEqualTo("-");
  }

  @Test
  void one_that_came_back_begins_with_a_small_share() {
    replica(1, "", 100, 0);
    replica(1, "", 100, 99 * SECOND);

    assertThat(picks(11, "", 0).chars().filter(c -> c == '1').count()).isLessThan(4);
  }

  private void replica(int weight, String zone, long position, long servesSince) {
    nodes.add(
        new NodeState(
            new NodeConfig(
                "pg" + nodes.size(), new Endpoint("h", 5432), weight, zone, NodeRole.AUTO),
            Role.REPLICA,
            "",
            "1",
            1,
            new Lsn(position),
            new Lsn(position),
            0,
            0,
            1,
            servesSince));
  }

  private String picks(int count, String zone, long position) {
    var choice = new ReplicaChoice(nodes.size());
    var view = new TopologyView(nodes, -1, 0);
    var wishes = new ReplicaChoice.Wishes(zone, new Lsn(position), 5 * SECOND, -1);
    StringBuilder picked = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int node = choice.pick(view, wishes, 100 * SECOND, n -> busy[n]);
      picked.append(node < 0 ? "-" : Integer.toString(node));
    }
    return picked.toString();
  }
}

package dev.howdah.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.check.Capacity.Demand;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.topology.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityTest {
  private @TempDir Path folder;

  private PoolerConfig config(String databases, String main) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("howdah.ini"),
            "[databases]\n" + databases + "\n[pgbouncer]\nlisten_addr = *\n" + main + "\n");
    return ConfigLoader.load(file, _ -> null).config();
  }

  private static Map<Endpoint, Demand> demands(PoolerConfig config, int poolers, int users) {
    Capacity capacity = new Capacity(users, 1);
    capacity.add(config, poolers);
    return capacity.demands();
  }

  @Test
  void pools_with_their_reserve_are_added_up_by_server() throws Exception {
    PoolerConfig config =
        config(
            "a = host=db1 pool_size=10\nb = host=db1 user=u pool_size=5\nc = host=db2",
            "default_pool_size = 20\nreserve_pool_size = 2");

    assertThat(demands(config, 1, 3))
        .containsEntry(new Endpoint("db1", 5432), new Demand(2, 4, 3 * 12 + 7))
        .containsEntry(new Endpoint("db2", 5432), new Demand(1, 3, 3 * 22));
  }

  @Test
  void each_pooler_of_the_fleet_counts() throws Exception {
    PoolerConfig config = config("a = host=db1 pool_size=10", "");

    assertThat(demands(config, 4, 1)).containsValue(new Demand(1, 4, 40));
  }

  @Test
  void a_limit_on_the_database_bounds_its_pools() throws Exception {
    PoolerConfig config = config("a = host=db1 pool_size=50 max_db_connections=60", "");

    assertThat(demands(config, 2, 5)).containsValue(new Demand(1, 10, 120));
  }

  @Test
  void every_host_of_an_entry_may_have_to_bear_it_alone() throws Exception {
    PoolerConfig config = config("a = host=db1,db2 pool_size=10", "");

    assertThat(demands(config, 1, 1).values())
        .containsExactly(new Demand(1, 1, 10), new Demand(1, 1, 10));
  }

  @Test
  void every_node_of_a_cluster_may_become_its_primary() throws Exception {
    PoolerConfig config =
        config(
            "* = cluster=main pool_size=10",
            "[nodes]\npg1 = host=n1\npg2 = host=n2\n[routing]\nmonitor_user = m");

    assertThat(demands(config, 2, 1)) // and two who watch
        .containsEntry(new Endpoint("n1", 5432), new Demand(1, 2, 22))
        .containsEntry(new Endpoint("n2", 5432), new Demand(1, 2, 22));
  }
}

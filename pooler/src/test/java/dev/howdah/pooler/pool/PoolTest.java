package dev.howdah.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestConfig;
import dev.howdah.pooler.server.FakeServers;
import dev.howdah.pooler.server.ServerCredentials;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PoolTest {

  /**
   * Does what it is given, and then what a lane does ten times a second, before anybody goes on.
   */
  private static final class PromptLoop extends DefaultEventLoop {
    private final Lane lane = new Lane(this, 0);
    private final List<Throwable> failures = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
      var done = new CompletableFuture<Void>();
      super.execute(() -> {
        task.run();
        try {
          lane.shards().forEach(shard -> shard.onTick(System.nanoTime()));
        } catch (RuntimeException e) {
          failures.add(e);
        }
        done.complete(null);
      });
      done.join();
    }
  }

  @Test
  void a_lane_may_tick_as_soon_as_it_knows_of_a_pool() {
    var loop = new PromptLoop();
    var config = TestConfig.withMain("default_pool_size = 1");
    var pools =
        new Pools(
            TestConfig.live(config),
            List.of(loop.lane),
            new FakeServers(),
            (_, user) -> new ServerCredentials(user, null, Runnable::run));

    Pool pool = pools.pool(config.database("erp").orElseThrow(), "anna");

    assertThat(loop.failures).isEmpty();
    assertThat(loop.lane.shards()).isEqualTo(pool.shards());
    loop.shutdownGracefully();
  }
}

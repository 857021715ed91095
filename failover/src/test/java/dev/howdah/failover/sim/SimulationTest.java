package dev.howdah.failover.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many schedules, each from its seed. {@code -Dsim.seeds=N} runs N of them, {@code -Dsim.first=N}
 * begins with another seed, {@code -Dsim.seed=N} runs one and prints what happened.
 */
class SimulationTest {

  private static final long SEEDS = Long.getLong("sim.seeds", 2_000);
  private static final long FIRST = Long.getLong("sim.first", 1);
  private static final long MUTANT_SEEDS = 20_000;

  @Test
  void no_schedule_breaks_a_promise() throws Exception {
    List<Simulation.Result> results =
        Long.getLong("sim.seed") == null
            ? all(LongStream.range(FIRST, FIRST + SEEDS).toArray())
            : List.of(Simulation.run(Long.getLong("sim.seed"), Mutation.NONE));

    System.out.println(summary(results));
    List<Simulation.Result> broken =
        results.stream().filter(result -> !result.violated().isEmpty()).toList();
    assertThat(broken)
        .as(() ->
            broken.getFirst().history()
                + "\n"
                + broken.size()
                + " schedules broke a promise; ./dev sim --seed N shows one. Seeds: "
                + broken.stream().map(Simulation.Result::seed).limit(20).toList())
        .extracting(Simulation.Result::violated)
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_precaution_left_out_is_noticed(Mutation mutation) {
    long seed = 1;
    Simulation.Result result = Simulation.run(seed, mutation);
    while (!result.violated().startsWith("invariant") && seed < MUTANT_SEEDS) {
      result = Simulation.run(++seed, mutation);
    }

    System.out.println(mutation + ": seed " + seed + ": " + result.violated());
    assertThat(result.violated()).startsWith("invariant");
  }

  @Test
  void a_seed_always_tells_the_same_story() {
    assertThat(Simulation.run(7, Mutation.NONE)).isEqualTo(Simulation.run(7, Mutation.NONE));
  }

  private static List<Simulation.Result> all(long[] seeds) throws InterruptedException {
    AtomicLong broken = new AtomicLong();
    List<Callable<Simulation.Result>> tasks = new ArrayList<>();
    for (long seed : seeds) {
      tasks.add(() -> one(seed, broken));
    }
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Simulation.Result> results = new ArrayList<>();
      for (Future<Simulation.Result> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a schedule failed", e);
    }
  }

  private static Simulation.Result one(long seed, AtomicLong broken) {
    try {
      Simulation.Result result = Simulation.run(seed, Mutation.NONE);
      // The story of one is enough.
      return result.violated().isEmpty() || broken.incrementAndGet() < 3
          ? result
          : new Simulation.Result(seed, result.violated(), "", 0, 0, 0, 0, 0, 0, 0, 0);
    } catch (RuntimeException e) {
      throw new IllegalStateException("seed " + seed, e);
    }
  }

  private static String summary(List<Simulation.Result> results) {
    return "%d schedules, %d commits acknowledged, %d failovers, %d fenced and resumed, %d commits lost within the bound, %d strays; %d switchovers, %d rolled back, %d requests refused"
        .formatted(
            results.size(),
            results.stream().mapToLong(Simulation.Result::acknowledged).sum(),
            results.stream().mapToLong(Simulation.Result::failovers).sum(),
            results.stream().mapToLong(Simulation.Result::resumed).sum(),
            results.stream().mapToLong(Simulation.Result::lost).sum(),
            results.stream().mapToLong(Simulation.Result::strays).sum(),
            results.stream().mapToLong(Simulation.Result::switchovers).sum(),
            results.stream().mapToLong(Simulation.Result::rolledBack).sum(),
            results.stream().mapToLong(Simulation.Result::refused).sum());
  }
}

package dev.howdah.pooler.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks every event loop for what it owns. The questions run on the loops and are to answer with
 * immutable records; no loop waits for another, or for who asked. Safe for all threads.
 */
public final class LaneSurvey {
  private static final long TIMEOUT_SECONDS = 5;

  private final List<Lane> lanes;

  /** A survey of these lanes. */
  public LaneSurvey(List<Lane> lanes) {
    this.lanes = List.copyOf(lanes);
  }

  /**
   * Puts a question to every lane.
   *
   * @return the answers one after the other, in the order of the lanes; fails with {@link
   *     java.util.concurrent.TimeoutException} when a loop does not answer within 5 s
   */
  public <T> CompletableFuture<List<T>> ask(Function<Lane, List<T>> question) {
    List<CompletableFuture<List<T>>> asked = new ArrayList<>();
    for (Lane lane : lanes) {
      asked.add(ask(lane, question));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .thenApply(_ -> {
          List<T> answers = new ArrayList<>();
          for (CompletableFuture<List<T>> answer : asked) {
            answers.addAll(answer.join());
          }
          return answers;
        });
  }

  /** Has something done on every lane. */
  public CompletableFuture<Void> tell(Consumer<Lane> order) {
    return ask(
            lane -> {
              order.accept(lane);
              return List.<Void>of();
            })
        .thenApply(_ -> null);
  }

  /** The lanes that do not answer in time; empty when all is well. */
  public CompletableFuture<List<Lane>> silent(Duration patience) {
    List<CompletableFuture<Boolean>> asked = new ArrayList<>();
    for (Lane lane : lanes) {
      asked.add(
          ask(lane, _ -> true)
              .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS)
              .exceptionally(_ -> false));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> {
          List<Lane> silent = new ArrayList<>();
          for (int i = 0; i < lanes.size(); i++) {
            if (!asked.get(i).join()) {
              silent.add(lanes.get(i));
            }
          }
          return silent;
        });
  }

  private static <A> CompletableFuture<A> ask(Lane lane, Function<Lane, A> question) {
    try {
      return CompletableFuture.supplyAsync(() -> question.apply(lane), lane.loop());
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e); // the loop has ended
    }
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the command of one console session wait for a condition: looks again every few milliseconds
 * until it holds or the wait is cancelled. Safe for all threads.
 */
final class Patience {
  private static final long LOOK_MILLIS = 25;

  private final EventLoop loop;
  private volatile @Nullable CompletableFuture<Void> waiting;
  private volatile boolean gone;

  Patience(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * Completes when {@code condition} answers true; exceptionally, with 57014, by {@link #cancel}.
   */
  CompletableFuture<Void> until(Supplier<CompletionStage<Boolean>> condition) {
    CompletableFuture<Void> met = new CompletableFuture<>();
    waiting = met;
    look(condition, met);
    return met;
  }

  private void look(Supplier<CompletionStage<Boolean>> condition, CompletableFuture<Void> met) {
    if (met.isDone() || gone) {
      return;
    }
    condition
        .get()
        .whenComplete((holds, failure) -> {
          if (failure != null) {
            met.completeExceptionally(failure);
          } else if (holds) {
            met.complete(null);
          } else {
            loop.schedule(() -> look(condition, met), LOOK_MILLIS, TimeUnit.MILLISECONDS);
          }
        });
  }

  /** Ends the present wait, if there is one. */
  void cancel() {
    CompletableFuture<Void> present = waiting;
    if (present != null) {
      present.completeExceptionally(
          ErrorFields.error(SqlState.QUERY_CANCELED, "canceling statement due to user request")
              .asException());
    }
  }

  /** The session is gone: looks no more. What its command has done stays done. */
  void leave() {
    gone = true;
  }
}

package dev.howdah.pooler.http;

import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneSurvey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Whether the pooler works, for machines that restart it or send clients elsewhere. */
public final class HealthPages {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private HealthPages() {}

  /** Whether the process is worth keeping: 200 while every event loop answers. */
  public static Page live(LaneSurvey survey) {
    return _ -> live(survey, PATIENCE);
  }

  static Answer live(LaneSurvey survey, Duration patience)
      throws InterruptedException, ExecutionException {
    List<Lane> silent = survey.silent(patience).get();
    if (silent.isEmpty()) {
      return Answer.of(200, "live");
    }
    String names =
        silent.stream()
            .map(lane -> Integer.toString(lane.index()))
            .collect(Collectors.joining(","));
    return Answer.of(
        503, "event loop " + names + " does not answer within " + patience.toMillis() + " ms");
  }

  /** Whether to send clients: 200 while we listen and do not shut down. */
  public static Page ready(BooleanSupplier isListening, BooleanSupplier isClosing) {
    return _ -> {
      if (isClosing.getAsBoolean()) {
        return Answer.of(503, "shutting down");
      }
      return isListening.getAsBoolean() ? Answer.of(200, "ready") : Answer.of(503, "not listening");
    };
  }
}

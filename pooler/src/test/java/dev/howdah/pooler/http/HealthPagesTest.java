package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneSurvey;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthPagesTest {
  private static final Request REQUEST = new Request("GET", "/readyz", Map.of(), "test");
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final List<DefaultEventLoop> loops =
      List.of(new DefaultEventLoop(), new DefaultEventLoop());
  private final LaneSurvey survey =
      new LaneSurvey(List.of(new Lane(loops.get(0), 0), new Lane(loops.get(1), 1)));
  private final CountDownLatch hang = new CountDownLatch(1);

  @AfterEach
  void stop() {
    hang.countDown();
    loops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
  }

  @Test
  void it_is_live_while_every_loop_answers() throws Exception {
    assertThat(HealthPages.live(survey, PATIENCE)).isEqualTo(Answer.of(200, "live"));
  }

  @Test
  void a_loop_that_does_not_answer_is_named() throws Exception {
    loops.get(1).execute(() -> awaitQuietly(hang));

    assertThat(HealthPages.live(survey, PATIENCE))
        .isEqualTo(Answer.of(503, "event loop 1 does not answer within 300 ms"));
  }

  @Test
  void a_loop_that_has_ended_does_not_answer() throws Exception {
    loops.getFirst().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();

    assertThat(HealthPages.live(survey, PATIENCE).text()).startsWith("event loop 0 ");
  }

  @Test
  void it_is_ready_while_it_listens_and_does_not_shut_down() throws Exception {
    AtomicBoolean listening = new AtomicBoolean();
    AtomicBoolean closing = new AtomicBoolean();
    Page ready = HealthPages.ready(listening::get, closing::get);

    assertThat(ready.answer(REQUEST)).isEqualTo(Answer.of(503, "not listening"));
    listening.set(true);
    assertThat(ready.answer(REQUEST)).isEqualTo(Answer.of(200, "ready"));
    closing.set(true);
    assertThat(ready.answer(REQUEST)).isEqualTo(Answer.of(503, "shutting down"));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

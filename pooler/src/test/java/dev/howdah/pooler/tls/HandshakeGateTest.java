package dev.howdah.pooler.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final HandshakeGate gate = new HandshakeGate(loop);
  private final List<HandshakeGate.Place> begun = new ArrayList<>();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void enter(int handshakes) {
    for (int i = 0; i < handshakes; i++) {
      gate.enter(place -> begun.add(place));
    }
  }

  @Test
  void a_few_handshakes_run_and_the_others_wait_for_their_turn() throws Exception {
    loop.submit(
            () -> {
              enter(HandshakeGate.PLACES + 2);
              assertThat(begun).hasSize(HandshakeGate.PLACES);
              assertThat(gate.waiting()).isEqualTo(2);

              begun.getFirst().giveBack();
              begun.getFirst().giveBack();

              assertThat(begun).hasSize(HandshakeGate.PLACES + 1);
              assertThat(gate.waiting()).isEqualTo(1);
            })
        .get(5, TimeUnit.SECONDS);
  }

  @Test
  void who_has_left_meanwhile_keeps_no_place() throws Exception {
    loop.submit(
            () -> {
              enter(HandshakeGate.PLACES);
              gate.enter(_ -> false);
              enter(1);

              begun.getFirst().giveBack();

              assertThat(begun).hasSize(HandshakeGate.PLACES + 1);
              assertThat(gate.waiting()).isZero();
            })
        .get(5, TimeUnit.SECONDS);
  }

  @Test
  void silent_strangers_keep_nobody_out() throws Exception {
    loop.submit(() -> enter(HandshakeGate.PLACES + 1)).get(5, TimeUnit.SECONDS);

    await().until(() -> loop.submit(begun::size).get() == HandshakeGate.PLACES + 1);
  }
}

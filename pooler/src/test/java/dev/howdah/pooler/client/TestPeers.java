package dev.howdah.pooler.client;

import dev.howdah.pooler.config.PeeringConfig;
import dev.howdah.pooler.peer.Peers;
import java.time.Duration;

/** Peers for tests that are not about them. */
final class TestPeers {
  private TestPeers() {}

  static Peers none() {
    return new Peers(
        PeeringConfig.NONE,
        (peer, _, _, _) -> {
          throw new AssertionError("nothing is to be forwarded, but is to " + peer);
        },
        () -> Duration.ZERO);
  }
}

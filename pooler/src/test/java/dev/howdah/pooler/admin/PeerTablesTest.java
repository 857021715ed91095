package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.PeerConfig;
import dev.howdah.pooler.config.PeeringConfig;
import dev.howdah.pooler.peer.PeerDialer;
import dev.howdah.pooler.peer.PeerMark;
import dev.howdah.pooler.peer.Peers;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerTablesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @Test
  void peers_are_shown_in_order_ourselves_included() {
    assertThat(PeerTables.peers(peers()).rows())
        .isEqualTo(
            new Table(Topic.PEERS.columns())
                .add(1, "/tmp/pooler1", 6432, 20)
                .add(2, "127.0.0.1", 7000, 5)
                .rows());
  }

  @Test
  void pools_show_what_is_on_its_way_to_others() {
    Peers peers = peers();
    for (int i = 0; i < 6; i++) {
      peers.forward(requestFor(2), channel.eventLoop(), _ -> {});
    }

    assertThat(PeerTables.pools(peers).rows())
        .isEqualTo(new Table(Topic.PEER_POOLS.columns()).add(2, 5, 1, 5, 0).rows());
  }

  /** Peers that are reached at once and never finish. */
  private static Peers peers() {
    Map<Integer, PeerConfig> known =
        Map.of(
            2, new PeerConfig(2, new Endpoint("127.0.0.1", 7000), 5),
            1, new PeerConfig(1, new Endpoint("/tmp/pooler1", 6432), 20));
    return new Peers(
        new PeeringConfig(1, known),
        (_, _, _, listener) -> connected(listener),
        () -> Duration.ZERO);
  }

  private static PeerDialer.Call connected(PeerDialer.Listener listener) {
    listener.connected();
    return () -> {};
  }

  private static CancelRequest requestFor(int peerId) {
    byte[] secret = {1, 2, 3, PeerMark.HOPS_MAX};
    return new CancelRequest(PeerMark.on(0, peerId), new CancelSecret(Bytes.copyOf(secret)));
  }
}

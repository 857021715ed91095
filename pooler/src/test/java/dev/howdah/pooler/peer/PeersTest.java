package dev.howdah.pooler.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.PeerConfig;
import dev.howdah.pooler.config.PeeringConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final EventLoop loop = channel.eventLoop();
  private final List<Dialled> dialled = new ArrayList<>();
  private final List<Forwarding> ends = new ArrayList<>();

  /** A request that was sent, waiting for the test to say what the peer does. */
  private static final class Dialled implements PeerDialer.Call {
    final Endpoint peer;
    final CancelRequest request;
    final PeerDialer.Listener listener;
    boolean aborted;

    Dialled(Endpoint peer, CancelRequest request, PeerDialer.Listener listener) {
      this.peer = peer;
      this.request = request;
      this.listener = listener;
    }

    @Override
    public void abort() {
      aborted = true;
    }
  }

  private PeerDialer.Call dial(
      Endpoint peer, CancelRequest request, EventLoop on, PeerDialer.Listener listener) {
    assertThat(on).isSameAs(loop);
    Dialled call = new Dialled(peer, request, listener);
    dialled.add(call);
    return call;
  }

  private Peers peers(int ownId, PeerConfig... peers) {
    return new Peers(new PeeringConfig(ownId, byId(peers)), this::dial, () -> TIMEOUT);
  }

  private static Map<Integer, PeerConfig> byId(PeerConfig... peers) {
    Map<Integer, PeerConfig> map = new HashMap<>();
    for (PeerConfig peer : peers) {
      map.put(peer.id(), peer);
    }
    return map;
  }

  private static PeerConfig peer(int id, int poolSize) {
    return new PeerConfig(id, new Endpoint("/peer" + id, 6432), poolSize);
  }

  private static CancelRequest request(int peerId, int lastByte) {
    return new CancelRequest(
        PeerMark.on(0x11223344, peerId),
        new CancelSecret(Bytes.copyOf(new byte[] {9, 8, 7, (byte) lastByte})));
  }

  private void forward(Peers peers, CancelRequest request) {
    peers.forward(request, loop, ends::add);
    channel.runPendingTasks();
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  @Test
  void a_request_goes_to_the_peer_its_key_names_with_one_hop_less() {
    Peers peers = peers(1, peer(1, 5), peer(2, 5), peer(300, 5));

    forward(peers, request(300, 0xFF));

    assertThat(dialled.getFirst().peer).isEqualTo(new Endpoint("/peer300", 6432));
    assertThat(dialled.getFirst().request.processId()).isEqualTo(request(300, 0).processId());
    assertThat(dialled.getFirst().request.secret().toArray()).containsExactly(9, 8, 7, 0xFE);
    assertThat(ends).isEmpty();
    dialled.getFirst().listener.connected();
    assertThat(peers.poolViews())
        .containsExactly(new PeerPoolView(2, 0, 0, 0, 0), new PeerPoolView(300, 1, 0, 1, 0));
    dialled.getFirst().listener.ended(null);
    assertThat(ends).containsExactly(Forwarding.DELIVERED);
  }

  @Test
  void only_requests_with_another_mark_belong_to_others() {
    assertThat(peers(1).isOurs(request(1, 0))).isTrue();
    assertThat(peers(1).isOurs(request(2, 0))).isFalse();
    assertThat(peers(0).isOurs(request(2, 0))).isTrue();
  }

  @Test
  void a_request_for_a_peer_that_is_not_listed_is_dropped() {
    forward(peers(1, peer(2, 5)), request(3, 0xFF));

    assertThat(dialled).isEmpty();
    assertThat(ends).containsExactly(Forwarding.UNKNOWN_PEER);
  }

  @Test
  void two_peers_that_take_each_other_for_a_third_end_after_three_hops() {
    Peers one = peers(1, new PeerConfig(9, new Endpoint("/peer2", 6432), 5));
    Peers two = peers(2, new PeerConfig(9, new Endpoint("/peer1", 6432), 5));
    CancelRequest travelling = request(9, 0xFF);
    Peers at = one;
    for (int hop = 1; hop <= PeerMark.HOPS_MAX; hop++) {
      forward(at, travelling);
      assertThat(dialled).hasSize(hop);
      travelling = dialled.getLast().request;
      at = at == one ? two : one;
    }

    forward(at, travelling);

    assertThat(dialled).hasSize(PeerMark.HOPS_MAX);
    assertThat(ends).containsExactly(Forwarding.HOPS_EXHAUSTED);
  }

  @Test
  void beyond_pool_size_requests_wait_in_order() {
    Peers peers = peers(1, peer(2, 2));
    for (int i = 0; i < 4; i++) {
      forward(peers, request(2, i << 2 | 3));
    }
    assertThat(dialled).hasSize(2);
    assertThat(peers.poolViews()).containsExactly(new PeerPoolView(2, 0, 4, 0, 2));

    dialled.getFirst().listener.connected();
    dialled.getFirst().listener.ended(null);
    channel.runPendingTasks();

    assertThat(dialled).hasSize(3);
    assertThat(dialled.getLast().request.secret().toArray()[3]).isEqualTo((byte) (2 << 2 | 2));
    assertThat(peers.poolViews()).containsExactly(new PeerPoolView(2, 0, 3, 0, 2));
  }

  @Test
  void when_too_many_wait_further_ones_are_dropped() {
    Peers peers = peers(1, peer(2, 1));
    for (int i = 0; i <= PeerPool.WAITING_MAX; i++) {
      forward(peers, request(2, 0xFF));
    }
    assertThat(ends).isEmpty();

    forward(peers, request(2, 0xFF));

    assertThat(ends).containsExactly(Forwarding.QUEUE_FULL);
  }

  @Test
  void neither_a_waiting_nor_a_sent_request_outlives_the_timeout() {
    Peers peers = peers(1, peer(2, 1));
    forward(peers, request(2, 0xFF));
    dialled.getFirst().listener.connected();
    pass(Duration.ofSeconds(4));
    forward(peers, request(2, 0xFF));

    pass(Duration.ofSeconds(6));
    assertThat(dialled.getFirst().aborted).isTrue();
    assertThat(ends).containsExactly(Forwarding.TIMED_OUT);
    assertThat(dialled).hasSize(2);

    pass(Duration.ofSeconds(4));
    assertThat(ends).containsExactly(Forwarding.TIMED_OUT, Forwarding.TIMED_OUT);
    assertThat(peers.poolViews()).containsExactly(new PeerPoolView(2, 0, 0, 0, 0));
  }

  @Test
  void a_peer_that_cannot_be_reached_frees_the_place_for_the_next() {
    Peers peers = peers(1, peer(2, 1));
    forward(peers, request(2, 0xFF));
    forward(peers, request(2, 0xFF));

    dialled.getFirst().listener.ended("connection refused");
    channel.runPendingTasks();

    assertThat(ends).containsExactly(Forwarding.UNREACHABLE);
    assertThat(dialled).hasSize(2);
  }

  @Test
  void replaced_peers_take_over_while_requests_to_former_ones_go_on() {
    Peers peers = peers(1, peer(2, 1), peer(3, 1));
    forward(peers, request(2, 0xFF));
    forward(peers, request(3, 0xFF));

    peers.replace(List.of(peer(3, 1), peer(4, 1)));

    forward(peers, request(2, 0xFF));
    assertThat(ends).containsExactly(Forwarding.UNKNOWN_PEER);
    assertThat(peers.poolViews())
        .containsExactly(new PeerPoolView(3, 0, 1, 0, 1), new PeerPoolView(4, 0, 0, 0, 0));
    dialled.getFirst().listener.ended(null);
    assertThat(ends).containsExactly(Forwarding.UNKNOWN_PEER, Forwarding.DELIVERED);
  }
}

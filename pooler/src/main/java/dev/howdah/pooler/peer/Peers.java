package dev.howdah.pooler.peer;

import dev.howdah.pooler.config.PeerConfig;
import dev.howdah.pooler.config.PeeringConfig;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The poolers that share an address with us, and the way for cancel requests to them. A cancel
 * request comes on a connection of its own, which lands on any of the poolers; the key in it tells
 * whose client it is for. Safe for all threads.
 */
public final class Peers {
  private final int ownId;
  private final PeerDialer dialer;
  private final Supplier<Duration> timeout;
  private volatile Map<Integer, PeerPool> pools; // an immutable snapshot, by peer id in order

  /**
   * The peers of a configuration.
   *
   * @param timeout for a request, from when we take it until the peer is done; zero for none
   */
  public Peers(PeeringConfig config, PeerDialer dialer, Supplier<Duration> timeout) {
    this.ownId = config.ownId();
    this.dialer = dialer;
    this.timeout = timeout;
    this.pools = poolsOf(config.peers().values(), Map.of());
  }

  /** Our own id; 0 when nothing is forwarded. */
  public int ownId() {
    return ownId;
  }

  /** Replaces all peers; requests on their way to those that are gone go on. */
  public synchronized void replace(Collection<PeerConfig> peers) {
    pools = poolsOf(peers, pools);
  }

  private Map<Integer, PeerPool> poolsOf(
      Collection<PeerConfig> peers, Map<Integer, PeerPool> before) {
    Map<Integer, PeerPool> made = new TreeMap<>();
    for (PeerConfig peer : peers) {
      PeerPool known = before.get(peer.id());
      made.put(
          peer.id(),
          known != null && known.peer().equals(peer) ? known : new PeerPool(peer, dialer, timeout));
    }
    return Collections.unmodifiableMap(made);
  }

  /** The peers in order of their ids, ourselves included if we are listed. */
  public List<PeerConfig> all() {
    return pools.values().stream().map(PeerPool::peer).toList();
  }

  /** What is on its way to the peers; without ourselves. */
  public List<PeerPoolView> poolViews() {
    return pools.values().stream()
        .filter(pool -> pool.peer().id() != ownId)
        .map(PeerPool::view)
        .toList();
  }

  /** Whether the client a request is for is one of ours, if there is such a client at all. */
  public boolean isOurs(CancelRequest request) {
    return ownId == 0 || PeerMark.peerIdOf(request.processId()) == ownId;
  }

  /**
   * Sends a request that is not ours to the peer whose it is. To be called on {@code loop}.
   *
   * @param onEnd called once, on {@code loop}, when the request is over
   */
  public void forward(CancelRequest request, EventLoop loop, Consumer<Forwarding> onEnd) {
    int hops = PeerMark.hopsLeft(request.secret());
    if (hops == 0) {
      onEnd.accept(Forwarding.HOPS_EXHAUSTED);
      return;
    }
    PeerPool pool = pools.get(PeerMark.peerIdOf(request.processId()));
    if (pool == null) {
      onEnd.accept(Forwarding.UNKNOWN_PEER);
      return;
    }
    pool.forward(
        new CancelRequest(request.processId(), PeerMark.withHops(request.secret(), hops - 1)),
        loop,
        onEnd);
  }
}

package dev.howdah.pooler.peer;

import dev.howdah.topology.Endpoint;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** Carries cancel requests to other poolers, each on a connection of its own. */
public interface PeerDialer {

  /**
   * Connects and sends a request.
   *
   * @param loop where to work and to call back; to be called there
   */
  Call dial(Endpoint peer, CancelRequest request, EventLoop loop, Listener listener);

  /** A request on its way. Event loop only. */
  interface Call {

    /** Gives it up; the listener hears of nothing any more. */
    void abort();
  }

  /** Told how a request fares. */
  interface Listener {

    /** The peer is connected, and the request sent. */
    void connected();

    /**
     * It is over; called once.
     *
     * @param trouble null when the peer has closed the connection, which it does when the request
     *     can do nothing any more
     */
    void ended(@Nullable String trouble);
  }
}

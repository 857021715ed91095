package dev.howdah.pooler.client;

import dev.howdah.pooler.peer.Forwarding;
import dev.howdah.pooler.peer.PeerMark;
import dev.howdah.pooler.peer.Peers;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Where cancel requests arrive: those for our clients are carried out, those for clients of other
 * poolers forwarded. Safe for all threads.
 */
public final class CancelDesk {
  private static final Logger LOG = LoggerFactory.getLogger(CancelDesk.class);

  private final CancelKeys keys;
  private final Peers peers;
  private final CancelCounters counters = new CancelCounters();

  /** The desk of a pooler whose keys are in {@code keys}. */
  CancelDesk(CancelKeys keys, Peers peers) {
    this.keys = keys;
    this.peers = peers;
  }

  /** What became of the requests so far. */
  public CancelCounters counters() {
    return counters;
  }

  /**
   * Takes a request.
   *
   * @param from where it came from, for the log
   * @param loop of the connection it came on, which calls this
   * @param onEnd called once with the reason, on any event loop, when the request can do nothing
   *     any more
   */
  void accept(CancelRequest request, String from, EventLoop loop, Consumer<String> onEnd) {
    counters.onReceived();
    if (!peers.isOurs(request)) {
      peers.forward(request, loop, forwarding -> onForwarding(request, from, forwarding, onEnd));
      return;
    }
    CancelTarget target = keys.find(request.processId(), request.secret());
    if (target == null) {
      counters.onUnknownKey();
      LOG.info("cancel request from {} with an unknown key", from);
      onEnd.accept("unknown cancel key");
      return;
    }
    target
        .loop()
        .execute(() -> target.cancelRunning(() -> onEnd.accept("cancel request delivered")));
  }

  private void onForwarding(
      CancelRequest request, String from, Forwarding forwarding, Consumer<String> onEnd) {
    counters.onForwarding(forwarding);
    if (forwarding != Forwarding.DELIVERED) {
      LOG.atLevel(forwarding.isTrouble() ? Level.WARN : Level.INFO)
          .log(
              "cancel request from {} for a client of peer {} dropped: {}",
              from,
              PeerMark.peerIdOf(request.processId()),
              forwarding.sentence());
    }
    onEnd.accept(forwarding.sentence());
  }
}

package dev.howdah.pooler.server;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The cancel requests of one server connection that are on their way. While there are any, the
 * connection serves nobody else, because PostgreSQL cancels whatever runs when a request arrives.
 * Event loop only.
 */
final class PendingCancels {
  private final ServerIdentity server;
  private final Canceller canceller;
  private final Supplier<EventLoop> loop;
  private final Canceller.OnDelivered onDelivered;
  private final List<Runnable> held = new ArrayList<>(0);
  private int inFlight;

  /**
   * None yet.
   *
   * @param onDelivered told of every request that is over, before whoever asked for it
   */
  PendingCancels(
      ServerIdentity server,
      Canceller canceller,
      Supplier<EventLoop> loop,
      Canceller.OnDelivered onDelivered) {
    this.server = server;
    this.canceller = canceller;
    this.loop = loop;
    this.onDelivered = onDelivered;
  }

  /** Sends a request; {@code onDone} is called when it can do nothing any more. */
  void send(Runnable onDone) {
    inFlight++;
    canceller.cancel(
        server,
        loop.get(),
        certain -> {
          inFlight--;
          onDelivered.delivered(certain);
          onDone.run();
        });
  }

  /** Keeps a request back that is meant for what the client sent, not for a statement of ours. */
  void hold(Runnable onDone) {
    held.add(onDone);
  }

  /** Sends what was held back. */
  void sendHeld() {
    takeHeld().forEach(this::send);
  }

  /** Gives up what was held back: the connection is gone, and nothing runs on it any more. */
  void dropHeld() {
    takeHeld().forEach(Runnable::run);
  }

  private List<Runnable> takeHeld() {
    if (held.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = List.copyOf(held);
    held.clear();
    return taken;
  }

  boolean any() {
    return inFlight > 0;
  }
}

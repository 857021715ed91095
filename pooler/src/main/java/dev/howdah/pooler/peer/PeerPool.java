package dev.howdah.pooler.peer;

import dev.howdah.pooler.config.PeerConfig;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cancel requests on their way to one peer: {@code pool_size} at a time, the others wait in
 * order, and beyond {@link #WAITING_MAX} they are dropped. Each has {@code cancel_wait_timeout} in
 * all. Safe for all threads; its lock is held for a few instructions.
 */
final class PeerPool {
  private static final Logger LOG = LoggerFactory.getLogger(PeerPool.class);

  /** How many requests may wait; each holds a connection of whoever sent it. */
  static final int WAITING_MAX = 1000;

  private final PeerConfig peer;
  private final PeerDialer dialer;
  private final Supplier<Duration> timeout;
  private final Queue<Errand> waiting = new ArrayDeque<>(); // guarded by this
  private int connecting; // guarded by this
  private int sent; // guarded by this

  private enum Step {
    WAITING,
    CONNECTING,
    SENT,
    OVER
  }

  /**
   * Nothing on its way.
   *
   * @param timeout zero for none
   */
  PeerPool(PeerConfig peer, PeerDialer dialer, Supplier<Duration> timeout) {
    this.peer = peer;
    this.dialer = dialer;
    this.timeout = timeout;
  }

  PeerConfig peer() {
    return peer;
  }

  synchronized PeerPoolView view() {
    return new PeerPoolView(peer.id(), sent, waiting.size() + connecting, sent, connecting);
  }

  /** Sends a request on; {@code onEnd} is called once, on {@code loop}, which calls this. */
  void forward(CancelRequest request, EventLoop loop, Consumer<Forwarding> onEnd) {
    Errand errand = new Errand(request, loop, onEnd);
    synchronized (this) {
      if (connecting + sent < peer.poolSize()) {
        connecting++;
        errand.step = Step.CONNECTING;
      } else if (waiting.size() < WAITING_MAX) {
        waiting.add(errand);
      } else {
        errand.step = Step.OVER;
      }
    }
    errand.start();
  }

  /** Takes an errand out of the counts, and begins the one that has waited longest. */
  private void close(Errand errand) {
    Errand next = null;
    synchronized (this) {
      switch (errand.step) {
        case WAITING -> waiting.remove(errand);
        case CONNECTING -> connecting--;
        case SENT -> sent--;
        case OVER -> throw new IllegalStateException("over already");
      }
      errand.step = Step.OVER;
      if (connecting + sent < peer.poolSize()) {
        next = waiting.poll();
        if (next != null) {
          next.step = Step.CONNECTING;
          connecting++;
        }
      }
    }
    if (next != null) {
      next.loop.execute(next::dial);
    }
  }

  private synchronized void markSent(Errand errand) {
    if (errand.step == Step.CONNECTING) {
      errand.step = Step.SENT;
      connecting--;
      sent++;
    }
  }

  private synchronized Step stepOf(Errand errand) {
    return errand.step;
  }

  /** One request. Lives on the event loop it came from, but for its step. */
  private final class Errand implements PeerDialer.Listener {
    private final CancelRequest request;
    private final EventLoop loop;
    private final Consumer<Forwarding> onEnd;
    private Step step = Step.WAITING; // guarded by the pool
    private PeerDialer.@Nullable Call call;
    private @Nullable Future<?> deadline;

    Errand(CancelRequest request, EventLoop loop, Consumer<Forwarding> onEnd) {
      this.request = request;
      this.loop = loop;
      this.onEnd = onEnd;
    }

    void start() {
      Step begin = stepOf(this);
      if (begin == Step.OVER) {
        onEnd.accept(Forwarding.QUEUE_FULL);
        return;
      }
      Duration max = timeout.get();
      if (max.isPositive()) {
        deadline = loop.schedule(this::timeOut, max.toNanos(), TimeUnit.NANOSECONDS);
      }
      if (begin == Step.CONNECTING) {
        dial();
      }
    }

    void dial() {
      if (call == null && stepOf(this) == Step.CONNECTING) {
        call = dialer.dial(peer.endpoint(), request, loop, this);
      }
    }

    @Override
    public void connected() {
      markSent(this);
    }

    @Override
    public void ended(@Nullable String trouble) {
      if (trouble != null) {
        LOG.debug("peer {} at {}: {}", peer.id(), peer.endpoint(), trouble);
      }
      end(trouble == null ? Forwarding.DELIVERED : Forwarding.UNREACHABLE);
    }

    private void timeOut() {
      PeerDialer.Call running = call;
      if (running != null) {
        running.abort();
      }
      end(Forwarding.TIMED_OUT);
    }

    private void end(Forwarding forwarding) {
      if (stepOf(this) == Step.OVER) {
        return;
      }
      close(this);
      if (deadline != null) {
        deadline.cancel(false);
      }
      onEnd.accept(forwarding);
    }
  }
}

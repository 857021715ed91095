package dev.howdah.pooler.tls;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Lets a few handshakes run at once on an event loop while the others wait for their turn, so that
 * a crowd that reconnects does not hold up those who are connected. A handshake that dawdles loses
 * its place to the next and goes on without: strangers who say nothing keep nobody out. Event loop
 * only.
 */
public final class HandshakeGate {
  /** How many handshakes run at once; one costs about a millisecond. */
  public static final int PLACES = 16;

  private static final int PLACE_MILLIS_MAX = 500;

  private final EventLoop loop;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private int taken;

  /** A handshake that is to begin. */
  @FunctionalInterface
  public interface Entry {

    /**
     * It is its turn.
     *
     * @param place to be given back when the handshake is over
     * @return whether it has begun; if not the next may, and the place is not kept
     */
    boolean begin(Place place);
  }

  /** A gate for an event loop. */
  public HandshakeGate(EventLoop loop) {
    this.loop = loop;
  }

  /** Begins now, or when it is its turn. */
  public void enter(Entry entry) {
    assert loop.inEventLoop();
    waiting.add(entry);
    fill();
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }

  private void fill() {
    while (taken < PLACES) {
      Entry next = waiting.poll();
      if (next == null) {
        return;
      }
      taken++;
      Place place = new Place();
      if (next.begin(place)) {
        loop.schedule(place::giveBack, PLACE_MILLIS_MAX, TimeUnit.MILLISECONDS);
      } else {
        place.over = true;
        taken--;
      }
    }
  }

  /** One of the handshakes that run. */
  public final class Place {
    private boolean over;

    private Place() {}

    /** Lets the next one in; does nothing the second time. */
    public void giveBack() {
      if (!over) {
        over = true;
        taken--;
        fill();
      }
    }
  }
}

package dev.howdah.pooler.pool;

import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.topology.UnmovableSession;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and everything that lives on it: pool shards and client sessions. A clock ticks
 * ten times a second; deadlines are compared then, so that no query needs a timer or reads the
 * time.
 */
public final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int TICK_MILLIS = 100;
  private static final int TICKS_PER_CLIENT_ROUND = 3;

  private final EventLoop loop;
  private final int index;
  private final List<PoolShard> shards = new ArrayList<>();
  private final List<Resident> residents = new ArrayList<>();
  private final SqlReader sqlReader = new SqlReader();
  private long nowNanos = System.nanoTime();
  private int ticks;

  /** Someone on the lane with deadlines to compare. */
  public interface Resident {

    /** Called about three times a second on the lane's event loop. */
    void onTick(long now);

    /**
     * Says why it cannot go on with another primary; null when it can.
     *
     * @param now monotonic
     */
    default @Nullable UnmovableSession unmovable(long now) {
      return null;
    }

    /** The index that {@link #setPlace} was last given; -1 before. */
    int place();

    /** Keeps the resident's index in the lane's list, for it to be found again. */
    void setPlace(int place);
  }

  /**
   * A lane for a loop.
   *
   * @param index among its siblings, from zero
   */
  public Lane(EventLoop loop, int index) {
    this.loop = loop;
    this.index = index;
  }

  /** Starts the clock. */
  public void start() {
    loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The event loop. */
  public EventLoop loop() {
    return loop;
  }

  /** Reads texts for everybody on the loop. */
  public SqlReader sqlReader() {
    return sqlReader;
  }

  /** Its place among its siblings. */
  public int index() {
    return index;
  }

  /** Monotonic time of the last tick: good enough for deadlines, free to read. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The client sessions and logins on this lane. Event loop only. */
  public List<Resident> residents() {
    return residents;
  }

  /** The pool shards on this lane. Event loop only. */
  public List<PoolShard> shards() {
    return shards;
  }

  void add(PoolShard shard) {
    assert loop.inEventLoop();
    shards.add(shard);
  }

  void remove(PoolShard shard) {
    assert loop.inEventLoop();
    shards.remove(shard);
  }

  /** Adds a resident. Event loop only. */
  public void enter(Resident resident) {
    assert loop.inEventLoop() && resident.place() < 0;
    resident.setPlace(residents.size());
    residents.add(resident);
  }

  /** Removes a resident if it is here. Event loop only. */
  @SuppressWarnings("ReferenceEquality") // residents are who they are
  public void leave(Resident resident) {
    assert loop.inEventLoop();
    int place = resident.place();
    if (place >= 0) {
      Resident last = residents.removeLast();
      if (last != resident) {
        residents.set(place, last);
        last.setPlace(place);
      }
      resident.setPlace(-1);
    }
  }

  private void tick() {
    long now = System.nanoTime();
    nowNanos = now;
    for (int i = 0; i < shards.size(); i++) {
      tick(shards.get(i), now);
    }
    if (++ticks % TICKS_PER_CLIENT_ROUND == 0) {
      for (int i = residents.size() - 1; i >= 0; i--) {
        if (i < residents.size()) {
          tick(residents.get(i), now);
        }
      }
    }
  }

  // A bug met by one must not stop the clock for all: a task that throws is not repeated.

  private static void tick(PoolShard shard, long now) {
    try {
      shard.onTick(now);
    } catch (RuntimeException e) {
      LOG.error("{}: bug", shard, e);
    }
  }

  private static void tick(Resident resident, long now) {
    try {
      resident.onTick(now);
    } catch (RuntimeException e) {
      LOG.error("{}: bug", resident, e);
    }
  }
}

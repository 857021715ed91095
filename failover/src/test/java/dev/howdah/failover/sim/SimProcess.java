package dev.howdah.failover.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A process: a clock of its own, and a life that can be stopped, gone on with, and ended. */
class SimProcess {

  final World world;
  final String name;
  private final List<Runnable> missed = new ArrayList<>();
  private long clockOffset;
  private double clockRate = 1;
  private int life;
  private boolean running = true;
  private boolean paused;

  SimProcess(World world, String name) {
    this.world = world;
    this.name = name;
    newClock();
  }

  private void newClock() {
    // Any origin, wrapping around sometimes, and up to one part in a hundred too fast or too slow.
    clockOffset =
        world.random.nextInt(20) == 0
            ? Long.MAX_VALUE - 3_000_000_000L
            : world.random.nextLong() >> 2;
    clockRate = 1 + (world.random.nextDouble() - 0.5) / 50;
  }

  /** The monotonic clock of the process. */
  final long clock() {
    return clockOffset + (long) (world.now * clockRate);
  }

  final boolean isRunning() {
    return running;
  }

  final boolean isPaused() {
    return paused;
  }

  /** Whether it would answer at this moment. */
  final boolean isAnswering() {
    return running && !paused;
  }

  /** Runs {@code what} in this process after {@code delayNanos}, if it still lives then. */
  final void in(long delayNanos, Runnable what) {
    int lifeNow = life;
    world.at(delayNanos, () -> enter(lifeNow, what));
  }

  private void enter(int lifeThen, Runnable what) {
    if (!running || life != lifeThen) {
      return;
    }
    if (paused) {
      missed.add(() -> enter(lifeThen, what));
    } else {
      what.run();
    }
  }

  final void pause() {
    paused = true;
  }

  /** SIGCONT: timers and sockets that became ready meanwhile are served in any order. */
  final void goOn() {
    if (!paused) {
      return;
    }
    paused = false;
    List<Runnable> ready = new ArrayList<>(missed);
    missed.clear();
    Collections.shuffle(ready, world.random);
    long delay = 0;
    for (Runnable event : ready) {
      delay += world.random.nextInt(200_000);
      world.at(delay, event);
    }
  }

  final void kill() {
    running = false;
    paused = false;
    life++;
    missed.clear();
  }

  final void revive() {
    running = true;
    newClock();
  }
}

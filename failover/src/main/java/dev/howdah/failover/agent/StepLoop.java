package dev.howdah.failover.agent;

import dev.howdah.failover.record.UnreadableRecordException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that a step machine is called by. */
final class StepLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StepLoop.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final Duration STEP_MAX = Duration.ofSeconds(1);

  private final BlockingQueue<LongConsumer> events = new LinkedBlockingQueue<>();
  private final LongConsumer tick;
  private final Thread thread;
  private String complaint = "";

  /** Not running yet. {@code tick} is told the time a hundred times a second. */
  StepLoop(String name, LongConsumer tick) {
    this.tick = tick;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Whether it was ever started. */
  boolean hasBegun() {
    return thread.getState() != Thread.State.NEW;
  }

  /** Something happened; {@code event} is told when the machine hears of it. Any thread. */
  void tell(LongConsumer event) {
    events.add(event);
  }

  private void run() {
    try {
      long ticked = System.nanoTime() - TICK_NANOS;
      while (!Thread.currentThread().isInterrupted()) {
        long left = TICK_NANOS - (System.nanoTime() - ticked);
        LongConsumer event = events.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
        if (event != null) {
          step(event);
        }
        if (System.nanoTime() - ticked >= TICK_NANOS) {
          ticked = System.nanoTime();
          step(tick);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("{} ends", thread.getName());
    } catch (RuntimeException e) {
      // A machine in a state nobody thought of must not go on. Leases run out, others lead.
      LOG.error(
          "{} has failed and stands still until the process is restarted", thread.getName(), e);
    }
  }

  private void step(LongConsumer event) {
    try {
      event.accept(System.nanoTime());
    } catch (UnreadableRecordException e) {
      // Not acting is always allowed: leases run out, and nothing is promoted.
      if (!complaint.equals(e.getMessage())) {
        complaint = String.valueOf(e.getMessage());
        LOG.error("{}", complaint);
      }
    }
  }

  /** Ends the machine, and returns when it takes no more steps. */
  @Override
  public void close() {
    if (!hasBegun()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(STEP_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

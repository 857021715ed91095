package dev.howdah.failover.store;

import io.etcd.jetcd.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that is opened anew, on the next member, whenever the one it has ends or fails. One
 * virtual thread of its own.
 */
final class EtcdWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

  private final List<EtcdMember> members;
  private final String prefix;
  private final Runnable changed;
  private final Duration pause;
  private final Thread thread;

  EtcdWatch(List<EtcdMember> members, String prefix, Runnable changed, Duration pause) {
    this.members = members;
    this.prefix = prefix;
    this.changed = changed;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("etcd-watch-" + prefix).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      for (int member = 0; !Thread.currentThread().isInterrupted(); member++) {
        Semaphore ended = new Semaphore(0);
        EtcdMember asked = members.get(member % members.size());
        Watch.Listener listener =
            Watch.listener(
                _ -> changed.run(),
                error -> {
                  LOG.debug("watch on {} ended: {}", asked, error.getMessage());
                  ended.release();
                },
                ended::release);
        Watch.Watcher watcher = asked.watch(prefix, listener);
        try {
          ended.acquire();
        } finally {
          watcher.close();
        }
        // What happened between two watches is found by reading.
        changed.run();
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      }
    } catch (InterruptedException _) {
      LOG.debug("watch on {} closed", prefix);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

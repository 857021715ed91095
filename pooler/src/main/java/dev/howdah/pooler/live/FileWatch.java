package dev.howdah.pooler.live;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.FileStamp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads when a file that was read has changed ({@code reload_on_change}), on a virtual thread of
 * its own.
 *
 * <p>It looks instead of being told: notifications of the kernel do not see a symbolic link turned
 * elsewhere in a directory above, which is how Kubernetes replaces secrets, nor changes on network
 * file systems. A change counts when it has been the same for two looks, so that a file that is
 * being written is left alone. After a failed reload the next change is waited for.
 */
public final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final long LOOK_MILLIS = 500;

  private final LiveConfig live;
  private final Reloader reloader;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Does not look yet. */
  public FileWatch(LiveConfig live, Reloader reloader) {
    this.live = live;
    this.reloader = reloader;
  }

  /** Looks from now on, whenever it is switched on. */
  public void start() {
    Thread.ofVirtual().name("file-watch").start(this::run);
  }

  private void run() {
    Map<Path, FileStamp> lastLook = Map.of();
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (live.config().process().reloadOnChange()) {
          lastLook = look(lastLook);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Path, FileStamp> look(Map<Path, FileStamp> lastLook) {
    Map<Path, FileStamp> read = reloader.files();
    Map<Path, FileStamp> seen = new HashMap<>();
    for (Path file : read.keySet()) {
      seen.put(file, FileStamp.of(file));
    }
    if (!seen.equals(read) && seen.equals(lastLook)) {
      try {
        reloader.reload("files have changed");
      } catch (ConfigException e) {
        LOG.debug("waiting for the next change", e); // the reloader has said what is wrong
      }
    }
    return seen;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}

package dev.howdah.pooler.live;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.ConfigProblem;
import dev.howdah.pooler.config.FileStamp;
import dev.howdah.pooler.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the snapshot in force, as a whole or not at all: everything is read, checked and set up
 * before anything changes. One change at a time, whoever asks. Blocking; any thread but an event
 * loop.
 */
public final class Reloader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  private final LiveConfig live;
  private final Follower follower;
  private LoadedConfig loaded; // guarded by this
  private boolean closed; // guarded by this
  private volatile Map<Path, FileStamp> files;

  /** Brings what is there already in line with a new snapshot. */
  @FunctionalInterface
  public interface Follower {

    /** The new one is in force; whoever asks gets it. */
    void follow(Snapshot before, Snapshot after);
  }

  /**
   * A reloader of the configuration a pooler was started with.
   *
   * @param loaded what the snapshot in force was made from
   */
  public Reloader(LiveConfig live, LoadedConfig loaded, Follower follower) {
    this.live = live;
    this.loaded = loaded;
    this.follower = follower;
    this.files = loaded.files();
  }

  /** The files to look at for changes, and how they were when they were last read. */
  Map<Path, FileStamp> files() {
    return files;
  }

  /**
   * Reads all files again and puts in force what they say. What it finds wrong, and what it warns
   * of, is logged as well.
   *
   * @param occasion for the log: what made us do it
   * @return warnings, one sentence each
   * @throws ConfigException naming every problem; nothing has changed then
   */
  public synchronized List<String> reload(String occasion) throws ConfigException {
    if (closed) {
      return List.of();
    }
    LOG.info("{}, re-reading config", occasion);
    try {
      LoadedConfig next = ConfigLoader.reload(loaded);
      replaceBy(next);
      next.warnings().forEach(LOG::warn);
      LOG.info("{} is in force", next.origin());
      return next.warnings();
    } catch (ConfigException e) {
      Map<Path, FileStamp> tried = new HashMap<>(files);
      tried.putAll(e.files());
      files = Map.copyOf(tried);
      LOG.warn("config not reloaded, nothing has changed; problems: {}", e.problems().size());
      e.problems().forEach(problem -> LOG.warn("{}", problem));
      throw e;
    }
  }

  /**
   * Changes one key of {@code [pgbouncer]} until the next {@link #reload}.
   *
   * @throws ConfigException if that cannot be; nothing has changed then
   */
  public synchronized void set(String key, String value) throws ConfigException {
    if (!closed) {
      replaceBy(ConfigLoader.set(loaded, key, value));
      LOG.info("{} was set on the console", key);
    }
  }

  private void replaceBy(LoadedConfig next) throws ConfigException {
    Snapshot before = live.now();
    Snapshot after = successor(before, next);
    loaded = next;
    files = next.files();
    live.replace(after);
    follower.follow(before, after);
  }

  private static Snapshot successor(Snapshot before, LoadedConfig next) throws ConfigException {
    try {
      return before.next(next);
    } catch (IOException e) {
      var problem =
          new ConfigProblem(next.origin().file(), 0, "", "", String.valueOf(e.getMessage()));
      throw new ConfigException(List.of(problem), next.files());
    }
  }

  /** From now on nothing changes any more. Waits for a change that is being made. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}

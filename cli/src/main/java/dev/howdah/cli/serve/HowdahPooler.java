package dev.howdah.cli.serve;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.PoolerStats;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Howdah's own pooler, in this process. */
public final class HowdahPooler implements PoolerLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(HowdahPooler.class);

  @Override
  public RunningPooler launch(Path configuration) throws LaunchException {
    try {
      LoadedConfig loaded = ConfigLoader.load(configuration, System::getenv);
      Verbosity asked = LogSetup.verbosity();
      follow(loaded.config().log(), asked);
      loaded.warnings().forEach(LOG::warn);
      Optional<PidFile> pidFile = PidFile.writeIfWanted(loaded.config().process().pidFile());
      Pooler pooler = Pooler.start(loaded);
      pooler.onChange(config -> follow(config.log(), asked));
      return new Running(pooler, pidFile);
    } catch (ConfigException | IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Logs as the configuration says. A log file is opened anew, in case it was moved away.
   *
   * @param asked how much the command line asked for, at least
   */
  private static void follow(LogConfig log, Verbosity asked) {
    LogSetup.logTo(log.file());
    LogSetup.use(log.verbosity() > 0 ? Verbosity.VERBOSE : asked);
  }

  private record Running(Pooler pooler, Optional<PidFile> pidFile) implements RunningPooler {

    @Override
    public Endpoint endpoint() {
      return new Endpoint("127.0.0.1", pooler.port());
    }

    @Override
    public Snapshot snapshot() {
      PoolerStats stats = pooler.stats();
      return new Snapshot(stats.clients(), stats.servers(), stats.waiting());
    }

    @Override
    public void reload() {
      try {
        pooler.reload("got SIGHUP");
      } catch (ConfigException e) {
        LOG.debug("not reloaded", e); // the pooler has logged what is wrong
      }
    }

    @Override
    public void onStopWanted(Runnable action) {
      pooler.stopWanted().thenRun(action);
    }

    @Override
    public void close() {
      pooler.close();
      pidFile.ifPresent(PidFile::remove);
    }
  }
}

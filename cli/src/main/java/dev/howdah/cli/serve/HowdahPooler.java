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
      LogConfig log = loaded.config().log();
      log.file().ifPresent(LogSetup::alsoTo);
      if (log.verbosity() > 0) {
        LogSetup.use(Verbosity.VERBOSE);
      }
      loaded.warnings().forEach(LOG::warn);
      Optional<PidFile> pidFile = PidFile.writeIfWanted(loaded.config().process().pidFile());
      return new Running(Pooler.start(loaded.config()), pidFile);
    } catch (ConfigException | IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
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

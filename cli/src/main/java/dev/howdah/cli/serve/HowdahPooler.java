package dev.howdah.cli.serve;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.PoolerStats;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.pooler.config.PoolerConfig;
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
    return launch(configuration, ServeOptions.NONE);
  }

  @Override
  public RunningPooler launch(Path configuration, ServeOptions options) throws LaunchException {
    try {
      LoadedConfig loaded = ConfigLoader.load(configuration, System::getenv);
      PoolerConfig config = loaded.config();
      if (options.daemon()) {
        checkDaemon(config);
      }
      openLog(config.log());
      if (options.daemon()) {
        LogSetup.leaveConsole();
      }
      loaded.warnings().forEach(LOG::warn);
      if ("root".equals(System.getProperty("user.name"))) {
        LOG.warn("running as root, which the pooler has no need of; start it with -u USER");
      }
      Pooler pooler = options.takeOver() ? Pooler.takeOver(config) : Pooler.start(config);
      try {
        Optional<PidFile> pidFile =
            PidFile.writeIfWanted(config.process().pidFile(), options.takeOver());
        return new Running(pooler, pidFile);
      } catch (IOException e) {
        pooler.close();
        throw e;
      }
    } catch (ConfigException | IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkDaemon(PoolerConfig config) throws LaunchException {
    if (config.process().pidFile().isEmpty()) {
      throw new LaunchException("daemon needs pidfile configured");
    }
    if (config.log().file().isEmpty() && config.log().syslog().isEmpty()) {
      throw new LaunchException("daemon needs logfile or syslog configured");
    }
  }

  private static void openLog(LogConfig log) throws IOException {
    LogSetup.format(log.format());
    if (log.file().isPresent()) {
      LogSetup.alsoTo(log.file().get());
    }
    if (log.syslog().isPresent()) {
      LogSetup.alsoTo(log.syslog().get());
    }
    if (log.verbosity() > 0) {
      LogSetup.use(Verbosity.VERBOSE);
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
    public void onStopBegun(Runnable action) {
      pooler.stopBegun().thenRun(action);
    }

    @Override
    public void obey(OperatorSignal signal) {
      switch (signal) {
        case TERM -> pooler.signals().terminate();
        case INT -> pooler.signals().interrupt();
        case USR1 -> pooler.signals().pause();
        case USR2 -> pooler.signals().resume();
      }
    }

    @Override
    public boolean isLive() {
      return pooler.isLive();
    }

    @Override
    public void close() {
      pooler.close();
      pidFile.ifPresent(PidFile::remove);
    }
  }
}

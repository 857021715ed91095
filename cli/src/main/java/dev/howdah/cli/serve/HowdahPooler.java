package dev.howdah.cli.serve;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.system.ProcessUser;
import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.PoolerStats;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.TopologySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
      boolean became =
          config.process().user().isPresent() && ProcessUser.become(config.process().user().get());
      Verbosity asked = LogSetup.verbosity();
      follow(config.log(), asked);
      if (options.daemon()) {
        LogSetup.leaveConsole();
      }
      loaded.warnings().forEach(LOG::warn);
      if (became) {
        LOG.info("running as user {} from here on", config.process().user().orElseThrow());
      } else if (ProcessUser.isRoot()) {
        LOG.warn(
            "running as root, which the pooler has no need of; set user or start with -u USER");
      }
      Optional<ClusterMember> member = join(config);
      boolean launched = false;
      try {
        RunningPooler running = start(loaded, options, asked, member);
        launched = true;
        return running;
      } finally {
        if (!launched) {
          member.ifPresent(ClusterMember::close);
        }
      }
    } catch (ConfigException | IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<ClusterMember> join(PoolerConfig config) throws LaunchException {
    return config.cluster().isEmpty()
        ? Optional.empty()
        : Optional.of(ClusterMember.join(ClusterSettings.of(config, config.cluster().get())));
  }

  private static RunningPooler start(
      LoadedConfig loaded, ServeOptions options, Verbosity asked, Optional<ClusterMember> member)
      throws IOException {
    @Nullable TopologySource epochs = member.map(ClusterMember::topology).orElse(null);
    Pooler pooler =
        options.takeOver()
            ? Pooler.takeOver(loaded, epochs)
            : Pooler.start(loaded, options.sockets(), epochs);
    try {
      Optional<PidFile> pidFile =
          PidFile.writeIfWanted(loaded.config().process().pidFile(), options.takeOver());
      pooler.onChange(changed -> followOrWarn(changed.log(), asked));
      member.ifPresent(at -> at.tell(pooler));
      return new Running(pooler, pidFile, member);
    } catch (IOException e) {
      pooler.close();
      throw e;
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

  /**
   * Logs as the configuration says. A log file is opened anew, in case it was moved away.
   *
   * @param asked how much the command line asked for, at least
   */
  private static void follow(LogConfig log, Verbosity asked) throws IOException {
    LogSetup.format(log.format());
    LogSetup.logTo(log.file());
    LogSetup.use(log.verbosity() > 0 ? Verbosity.VERBOSE : asked);
    LogSetup.syslog(log.syslog());
  }

  private static void followOrWarn(LogConfig log, Verbosity asked) {
    try {
      follow(log, asked);
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  private record Running(Pooler pooler, Optional<PidFile> pidFile, Optional<ClusterMember> member)
      implements RunningPooler {

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
      // Only now: others wait for a member that may still relay, and not for one that has left.
      member.ifPresent(ClusterMember::close);
      pidFile.ifPresent(PidFile::remove);
    }
  }
}

package dev.howdah.pooler;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how many file descriptors we may have, and how many we may come to need. */
final class KernelLimits {
  private static final Logger LOG = LoggerFactory.getLogger(KernelLimits.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES =
      Pattern.compile("(?m)^Max open files\\s+(\\w+)\\s+(\\w+)");
  private static final int OF_THE_JVM = 60; // jars, libraries, event loops, listeners

  private KernelLimits() {}

  static void log(PoolerConfig config, int users) {
    String limits;
    try {
      limits = Files.readString(LIMITS);
    } catch (IOException _) {
      return; // not on Linux
    }
    Matcher matcher = OPEN_FILES.matcher(limits);
    if (!matcher.find()) {
      return;
    }
    long expected = expected(config, users);
    int clients = config.limits().maxClients();
    LOG.info(
        "kernel file descriptor limit: {} (hard: {}); max_client_conn: {}, max expected fd use: {}",
        matcher.group(1),
        matcher.group(2),
        clients,
        expected);
    String limit = matcher.group(1);
    if (!limit.equals("unlimited") && Long.parseLong(limit) < clients + OF_THE_JVM) {
      LOG.warn("max_client_conn clients do not fit under this limit; raise it, LimitNOFILE=");
    }
  }

  /** As PgBouncer counts: every client, and every pool at its largest. */
  static long expected(PoolerConfig config, int users) {
    long expected = (long) config.limits().maxClients() + OF_THE_JVM;
    for (DatabaseConfig database : config.databases().values()) {
      long size = database.overrides().poolSize().orElse(config.pools().size());
      expected += database.user().isPresent() ? size : size * users;
    }
    return expected;
  }
}

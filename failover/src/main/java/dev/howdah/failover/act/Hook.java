package dev.howdah.failover.act;

import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.topology.NodeSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command of the operator, run by {@code /bin/sh -c} on the controller's host. Its output goes to
 * the log line by line. It finds in its environment:
 *
 * <ul>
 *   <li>{@code HOWDAH_ACTION}: {@code fence} or {@code rejoin}
 *   <li>{@code HOWDAH_NODE}, {@code HOWDAH_NODE_HOST}, {@code HOWDAH_NODE_PORT}: the node it is
 *       about
 *   <li>{@code HOWDAH_PRIMARY}, {@code HOWDAH_PRIMARY_HOST}, {@code HOWDAH_PRIMARY_PORT}: for
 *       {@code rejoin}, the node to follow
 *   <li>{@code HOWDAH_REPLICATION_USER}: for {@code rejoin}, who standbys log in as
 *   <li>{@code HOWDAH_SYSTEM_IDENTIFIER}, {@code HOWDAH_TIMELINE}, {@code HOWDAH_EPOCH}: for {@code
 *       rejoin}, of the cluster now
 * </ul>
 */
final class Hook {

  private static final Logger LOG = LoggerFactory.getLogger(Hook.class);

  private Hook() {}

  static ActionOutcome run(
      String action,
      Optional<String> command,
      NodeSpec node,
      Map<String, String> more,
      Duration timeout)
      throws InterruptedException {
    if (command.isEmpty()) {
      return new ActionOutcome.Failed("no " + action + "_command is configured");
    }
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command.get());
    builder.redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("HOWDAH_ACTION", action);
    environment.put("HOWDAH_NODE", node.name());
    environment.put("HOWDAH_NODE_HOST", node.endpoint().host());
    environment.put("HOWDAH_NODE_PORT", Integer.toString(node.endpoint().port()));
    environment.putAll(more);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      Thread.ofVirtual().name(action + "-output").start(() -> log(action, node, process));
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return new ActionOutcome.Failed(
            action + "_command took longer than " + timeout.toSeconds() + " s");
      }
      return process.exitValue() == 0
          ? new ActionOutcome.Done()
          : new ActionOutcome.Failed(action + "_command ended with status " + process.exitValue());
    } catch (IOException e) {
      return new ActionOutcome.Failed(action + "_command did not start: " + e.getMessage());
    }
  }

  private static void log(String action, NodeSpec node, Process process) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        LOG.info("{} of {}: {}", action, node.name(), line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      LOG.debug("output of the {} command ended: {}", action, e.getMessage());
    }
  }
}

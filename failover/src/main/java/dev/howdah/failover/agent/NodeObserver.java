package dev.howdah.failover.agent;

import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeListener;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeWatcher;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.NodeSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Watches all nodes of the cluster for everything in this process that wants to know. */
public final class NodeObserver implements AutoCloseable {

  private record Watched(NodeSpec node, NodeWatcher watcher) {}

  private final NodeCredentials credentials;
  private final List<NodeListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Watched> watched = new HashMap<>();
  private List<NodeSpec> nodes;
  private boolean running;
  private volatile BooleanSupplier heartbeat = () -> false;

  /** Watches nobody before {@link #start}. */
  public NodeObserver(List<NodeSpec> nodes, NodeCredentials credentials) {
    this.nodes = List.copyOf(nodes);
    this.credentials = credentials;
  }

  /** Adds somebody who hears of every attempt from now on, on the watching threads. */
  public void listen(NodeListener listener) {
    listeners.add(listener);
  }

  /** Writes WAL heartbeats on primaries as long as {@code wanted} says so. */
  public void heartbeatWhile(BooleanSupplier wanted) {
    heartbeat = wanted;
  }

  /** Begins. */
  public synchronized void start() {
    running = true;
    adjust();
  }

  /** Watches these from now on, and no others. Any thread; does not block. */
  public synchronized void watch(List<NodeSpec> wanted) {
    nodes = List.copyOf(wanted);
    if (running) {
      adjust();
    }
  }

  private void adjust() {
    watched
        .entrySet()
        .removeIf(entry -> {
          boolean stays =
              nodes.stream()
                  .anyMatch(node ->
                      node.name().equals(entry.getKey())
                          && node.endpoint().equals(entry.getValue().node().endpoint()));
          if (!stays) {
            entry.getValue().watcher().close();
          }
          return !stays;
        });
    for (NodeSpec node : nodes) {
      watched.computeIfAbsent(
          node.name(),
          _ ->
              new Watched(
                  node,
                  new NodeWatcher(
                      node, credentials, this::observed, () -> heartbeat.getAsBoolean())));
    }
  }

  private void observed(String node, Evidence evidence, Optional<NodeObservation> observation) {
    listeners.forEach(listener -> listener.observed(node, evidence, observation));
  }

  @Override
  public synchronized void close() {
    running = false;
    watched.values().forEach(at -> at.watcher().close());
    watched.clear();
  }
}

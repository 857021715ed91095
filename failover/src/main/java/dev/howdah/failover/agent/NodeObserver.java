package dev.howdah.failover.agent;

import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeListener;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeWatcher;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.NodeSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Watches all nodes of the cluster for everything in this process that wants to know. */
public final class NodeObserver implements AutoCloseable {

  private final List<NodeSpec> nodes;
  private final NodeCredentials credentials;
  private final List<NodeListener> listeners = new CopyOnWriteArrayList<>();
  private final List<NodeWatcher> watchers = new CopyOnWriteArrayList<>();
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
  public void start() {
    for (NodeSpec node : nodes) {
      watchers.add(
          new NodeWatcher(node, credentials, this::observed, () -> heartbeat.getAsBoolean()));
    }
  }

  private void observed(String node, Evidence evidence, Optional<NodeObservation> observation) {
    listeners.forEach(listener -> listener.observed(node, evidence, observation));
  }

  @Override
  public void close() {
    watchers.forEach(NodeWatcher::close);
  }
}

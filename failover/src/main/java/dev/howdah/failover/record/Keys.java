package dev.howdah.failover.record;

import dev.howdah.topology.Epoch;

/** Names of the keys, relative to the cluster's prefix. */
public final class Keys {

  /** The one truth for routing. */
  public static final String TOPOLOGY = "topology";

  /** Who leads among the controllers. */
  public static final String LEADER = "leader";

  /** The audits of all epochs. */
  public static final String HISTORY = "history/";

  /** Dynamic configuration. */
  public static final String CONFIG = "config";

  /** What an operator wants done, the last such request. */
  public static final String REQUEST = "request";

  /** All poolers' registrations. */
  public static final String POOLERS = "poolers/";

  /** All controllers' registrations. */
  public static final String CONTROLLERS = "controllers/";

  /** All specifications of nodes. */
  public static final String NODES = "nodes/";

  private Keys() {}

  /** One start of one pooler. */
  public static String pooler(String id, String bootId) {
    return POOLERS + id + "/" + bootId;
  }

  /** One start of one controller. */
  public static String controller(String id, String bootId) {
    return CONTROLLERS + id + "/" + bootId;
  }

  /** The specification of one node. */
  public static String node(String name) {
    return NODES + name;
  }

  /** The audit of one epoch, numbered so that keys sort as epochs do. */
  public static String history(Epoch epoch) {
    return HISTORY + "%010d".formatted(epoch.value());
  }
}

package dev.howdah.topology;

/**
 * A PostgreSQL node as its operator describes it.
 *
 * @param name unique in the cluster, also its {@code application_name} as a standby
 * @param endpoint where it listens
 * @param priority among equally advanced candidates the highest is promoted; 0 or more
 * @param nofailover never promoted
 * @param nosync never asked to acknowledge commits
 * @param noloadbalance gets no reads
 */
public record NodeSpec(
    String name,
    Endpoint endpoint,
    int priority,
    boolean nofailover,
    boolean nosync,
    boolean noloadbalance) {

  public NodeSpec {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a node needs a name without a slash, not \"" + name + "\"");
    }
    if (priority < 0) {
      throw new IllegalArgumentException("priority " + priority + " of " + name + " is negative");
    }
  }

  /** A node without anything special about it. */
  public static NodeSpec of(String name, Endpoint endpoint) {
    return new NodeSpec(name, endpoint, 0, false, false, false);
  }
}

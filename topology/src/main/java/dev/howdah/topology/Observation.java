package dev.howdah.topology;

/**
 * What one observer says about one node. Informational: timed by the observer's own clock, and old
 * by the time it is read.
 *
 * @param node its name
 * @param evidence how it answers
 * @param role what it said it is when it last answered
 * @param lsn the last WAL position seen, written on a primary, received on a standby; {@link
 *     Lsn#ZERO} when none was
 * @param replayed on a standby the last position visible to readers; equal to {@code lsn} on a
 *     primary
 * @param timeline the last timeline seen, 0 when none was
 * @param streaming whether a standby was connected to some other node
 */
public record Observation(
    String node,
    Evidence evidence,
    ReportedRole role,
    Lsn lsn,
    Lsn replayed,
    int timeline,
    boolean streaming) {

  /** Of a node that has not answered yet. */
  public static Observation unanswered(String node, Evidence evidence) {
    return new Observation(node, evidence, ReportedRole.UNKNOWN, Lsn.ZERO, Lsn.ZERO, 0, false);
  }

  /** The same facts, with what is thought of the node now. */
  public Observation with(Evidence now) {
    return new Observation(node, now, role, lsn, replayed, timeline, streaming);
  }
}

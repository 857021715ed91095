package dev.howdah.topology;

/**
 * What one observer says about one node. Informational: timed by the observer's own clock, and old
 * by the time it is read.
 *
 * @param node its name
 * @param evidence how it answers
 * @param lsn the last WAL position seen, written on a primary, received on a standby; {@link
 *     Lsn#ZERO} when none was
 * @param timeline the last timeline seen, 0 when none was
 */
public record Observation(String node, Evidence evidence, Lsn lsn, int timeline) {}

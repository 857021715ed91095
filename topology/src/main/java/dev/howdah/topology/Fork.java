package dev.howdah.topology;

/**
 * Where a history branch was left for the next one, as a line of PostgreSQL's timeline history file
 * has it.
 *
 * @param timeline the branch that was left
 * @param lsn its last position that the next branch has in common with it
 */
public record Fork(int timeline, Lsn lsn) {}

package dev.howdah.topology;

/**
 * Who leads among the controllers. Leadership only avoids double work; safety never rests on it.
 *
 * @param controller the id of the leader
 * @param bootId of its process
 * @param term rises with every take-over
 * @param sequence rises with every heartbeat
 */
public record LeaderRecord(String controller, String bootId, long term, long sequence) {}

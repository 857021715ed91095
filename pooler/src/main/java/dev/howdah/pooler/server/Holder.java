package dev.howdah.pooler.server;

/**
 * Who has a server connection, for those who wait for one.
 *
 * @param clientId as in SHOW CLIENTS
 * @param applicationName empty for none
 * @param serverProcessId the process on the server, as in {@code pg_stat_activity}
 * @param statement as {@code StatementMark} has it; 0 when it is not known
 * @param linkedAtNanos monotonic time since when; coarse
 */
public record Holder(
    long clientId,
    String applicationName,
    int serverProcessId,
    long statement,
    long linkedAtNanos) {}

package dev.howdah.topology;

/**
 * A client whose session has something on its server connection that cannot be taken to another
 * node: a temporary table, a cursor that outlives its transaction, a session lock.
 *
 * @param client who, in words for an operator: user, database, address
 * @param reason what cannot be moved
 * @param ageMillis for how long it has been so when the pooler last said it
 */
public record UnmovableSession(String client, String reason, long ageMillis) {}

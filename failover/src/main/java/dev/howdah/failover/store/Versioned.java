package dev.howdah.failover.store;

/**
 * A value with the revision of the store at which it was written.
 *
 * @param value the text stored
 * @param revision at least 1; rises with each writing, over all keys
 */
public record Versioned(String value, long revision) {}

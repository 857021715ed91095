package dev.howdah.failover.store;

/**
 * A condition on one key.
 *
 * @param key what is looked at
 * @param revision at which it must have been written last; 0 when it must not exist
 */
public record Guard(String key, long revision) {}

/**
 * A deterministic simulation: the production controllers and lease keepers against a store,
 * PostgreSQL nodes, poolers, clocks and a network that all misbehave by a seed. One thread per
 * world.
 */
@NullMarked
package dev.howdah.failover.sim;

import org.jspecify.annotations.NullMarked;

/**
 * Runs the step machines: one virtual thread each, with a queue of what happened, and virtual
 * threads for whatever blocks.
 */
@NullMarked
package dev.howdah.failover.agent;

import org.jspecify.annotations.NullMarked;

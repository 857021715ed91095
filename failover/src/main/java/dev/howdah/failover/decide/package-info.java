/** Pure functions from what was observed to what should be done. No clock, network or logger. */
@NullMarked
package dev.howdah.failover.decide;

import org.jspecify.annotations.NullMarked;

/**
 * The few immutable records that the pooler and the failover side share. Depends on nothing but the
 * JDK, so that neither side ever needs to see the other.
 */
@NullMarked
package dev.howdah.topology;

import org.jspecify.annotations.NullMarked;

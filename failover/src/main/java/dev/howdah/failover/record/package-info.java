/**
 * The cluster's records as they stand in the coordination store: their keys and their JSON form.
 */
@NullMarked
package dev.howdah.failover.record;

import org.jspecify.annotations.NullMarked;

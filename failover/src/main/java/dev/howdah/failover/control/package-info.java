/**
 * The controller: leads or waits, watches the primary, and moves it. A step machine behind ports,
 * so that the same code runs on virtual threads and in the simulation.
 */
@NullMarked
package dev.howdah.failover.control;

import org.jspecify.annotations.NullMarked;

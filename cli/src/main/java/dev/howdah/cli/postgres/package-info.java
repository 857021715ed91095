/**
 * PostgreSQL servers of our own on this machine, for the demo and for tests: initialise, start,
 * copy into a standby, stop, leave nothing behind.
 */
@NullMarked
package dev.howdah.cli.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * Facts about PostgreSQL nodes, each with the time it was read. Blocking, with a deadline on every
 * wait; decides nothing.
 */
@NullMarked
package dev.howdah.failover.observe;

import org.jspecify.annotations.NullMarked;

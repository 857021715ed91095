/**
 * The write lease and the registration of a process, as step machines: they are told the time and
 * what happened, and ask for reads and writes by a port. No thread, clock or network in here.
 */
@NullMarked
package dev.howdah.failover.lease;

import org.jspecify.annotations.NullMarked;

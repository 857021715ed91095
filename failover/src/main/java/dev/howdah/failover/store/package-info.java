/**
 * The coordination store: a small port with compare-and-swap and linearizable reads, and its two
 * implementations, etcd and one for a single process. Blocking, with a deadline on every call.
 */
@NullMarked
package dev.howdah.failover.store;

import org.jspecify.annotations.NullMarked;

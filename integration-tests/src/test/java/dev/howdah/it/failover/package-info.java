/** Failover with real PostgreSQL servers, a real etcd, and processes that die or stop. */
@NullMarked
package dev.howdah.it.failover;

import org.jspecify.annotations.NullMarked;

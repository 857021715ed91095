/**
 * Carries out a controller's actions on PostgreSQL nodes, by SQL and by the operator's hooks.
 * Blocking, with a deadline on every wait.
 */
@NullMarked
package dev.howdah.failover.act;

import org.jspecify.annotations.NullMarked;

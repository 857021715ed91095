/**
 * Runs the same loads through PgBouncer and through Howdah, in turns, and sets them in relation.
 */
@NullMarked
package dev.howdah.bench.compare;

import org.jspecify.annotations.NullMarked;

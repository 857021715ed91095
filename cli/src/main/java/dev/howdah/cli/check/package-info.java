/**
 * Looks at configurations before anybody runs with them: mistakes, sums, what PgBouncer's become.
 */
@NullMarked
package dev.howdah.cli.check;

import org.jspecify.annotations.NullMarked;

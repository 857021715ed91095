/** Howdah beside PostgreSQL and PgBouncer: the same questions, and the same answers. */
@NullMarked
package dev.howdah.it.oracle;

import org.jspecify.annotations.NullMarked;

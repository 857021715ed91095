/**
 * The pooler's configuration: PgBouncer's INI dialect read into immutable records. Every key is
 * known by name; each either works or is refused with the reason, and all errors come at once.
 */
@NullMarked
package dev.howdah.pooler.config;

import org.jspecify.annotations.NullMarked;

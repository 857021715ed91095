/**
 * What goes wrong, in PostgreSQL's words: SQLSTATEs, severities and the fields of an error message.
 */
@NullMarked
package dev.howdah.wire.error;

import org.jspecify.annotations.NullMarked;

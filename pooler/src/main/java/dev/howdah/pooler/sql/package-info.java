/**
 * Reads SQL text far enough to know what it does to the state of a session, without a grammar of
 * expressions. Nothing here knows what a session, a pool or a socket is.
 */
@NullMarked
package dev.howdah.pooler.sql;

import org.jspecify.annotations.NullMarked;

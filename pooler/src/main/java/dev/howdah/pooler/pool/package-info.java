/** Which server connection a client gets, or how long it waits. Never reads SQL. */
@NullMarked
package dev.howdah.pooler.pool;

import org.jspecify.annotations.NullMarked;

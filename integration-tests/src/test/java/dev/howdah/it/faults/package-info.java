/** Clients, servers and networks that misbehave, and every limit and timeout. */
@NullMarked
package dev.howdah.it.faults;

import org.jspecify.annotations.NullMarked;

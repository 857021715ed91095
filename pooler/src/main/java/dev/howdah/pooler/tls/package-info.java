/** Encryption on both sides: who is at the other end, and what binds a login to the connection. */
@NullMarked
package dev.howdah.pooler.tls;

import org.jspecify.annotations.NullMarked;

/**
 * The hot path's view of the protocol: message headers are walked, bodies are relayed untouched.
 * Nothing here keeps a buffer, allocates per message, or knows what a session or a pool is.
 */
@NullMarked
package dev.howdah.wire.frame;

import org.jspecify.annotations.NullMarked;

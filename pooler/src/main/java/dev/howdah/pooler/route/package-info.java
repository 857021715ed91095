/** Decides which pool serves a client. Never waits, never opens a socket. */
@NullMarked
package dev.howdah.pooler.route;

import org.jspecify.annotations.NullMarked;

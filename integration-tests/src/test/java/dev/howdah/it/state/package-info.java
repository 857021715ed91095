/** What a session is in transaction pooling: the same as in a connection of one's own, or not. */
@NullMarked
package dev.howdah.it.state;

import org.jspecify.annotations.NullMarked;

/** The door: which transport carries the bytes, where we listen, and what may come in. */
@NullMarked
package dev.howdah.pooler.listen;

import org.jspecify.annotations.NullMarked;

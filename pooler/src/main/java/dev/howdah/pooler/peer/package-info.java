/** Several poolers behind one address: cancel requests find the one whose client they are for. */
@NullMarked
package dev.howdah.pooler.peer;

import org.jspecify.annotations.NullMarked;

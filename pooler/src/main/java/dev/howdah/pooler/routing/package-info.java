/** Which node is what, and which of them may serve a read: sees nodes, not clients. */
@NullMarked
package dev.howdah.pooler.routing;

import org.jspecify.annotations.NullMarked;

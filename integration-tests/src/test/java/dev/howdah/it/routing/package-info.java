/** Reads on replicas: a primary with standbys, and a pooler that knows them. */
@NullMarked
package dev.howdah.it.routing;

import org.jspecify.annotations.NullMarked;

/** What nobody in their right mind would send or write, at random; {@code ./dev fuzz}. */
@NullMarked
package dev.howdah.pooler.fuzz;

import org.jspecify.annotations.NullMarked;

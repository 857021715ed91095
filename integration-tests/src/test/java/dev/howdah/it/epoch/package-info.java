/** A pooler whose primary is chosen by others: what clients see when it is replaced. */
@NullMarked
package dev.howdah.it.epoch;

import org.jspecify.annotations.NullMarked;

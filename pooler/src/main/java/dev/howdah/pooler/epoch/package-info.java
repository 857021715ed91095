/** What a pooler may still do with connections to a primary that others may replace. */
@NullMarked
package dev.howdah.pooler.epoch;

import org.jspecify.annotations.NullMarked;

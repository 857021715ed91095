/** What the pooler counts, in the words of Prometheus. */
@NullMarked
package dev.howdah.pooler.metrics;

import org.jspecify.annotations.NullMarked;

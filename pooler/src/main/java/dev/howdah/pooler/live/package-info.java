/** The configuration in force: one snapshot, and all that replaces it while the pooler runs. */
@NullMarked
package dev.howdah.pooler.live;

import org.jspecify.annotations.NullMarked;

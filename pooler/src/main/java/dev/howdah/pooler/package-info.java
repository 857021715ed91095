/**
 * Entry point of the pooler: one running instance, its event loops, its listeners and its pools.
 */
@NullMarked
package dev.howdah.pooler;

import org.jspecify.annotations.NullMarked;

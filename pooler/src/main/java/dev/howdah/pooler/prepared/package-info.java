/**
 * Prepared statements of the extended protocol: what clients call them, what servers call them, and
 * which server connection has which.
 */
@NullMarked
package dev.howdah.pooler.prepared;

import org.jspecify.annotations.NullMarked;

/** The {@code howdah} command. Knows flags, wiring and output; no protocol bytes. */
@NullMarked
package dev.howdah.cli;

import org.jspecify.annotations.NullMarked;

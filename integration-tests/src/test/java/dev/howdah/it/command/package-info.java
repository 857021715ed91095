/** Commands of {@code howdah} that ask a running pooler, as a person uses them. */
@NullMarked
package dev.howdah.it.command;

import org.jspecify.annotations.NullMarked;

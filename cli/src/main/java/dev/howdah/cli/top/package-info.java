/** The live screen of {@code howdah top}: what is read, what is shown, what keys do. */
@NullMarked
package dev.howdah.cli.top;

import org.jspecify.annotations.NullMarked;

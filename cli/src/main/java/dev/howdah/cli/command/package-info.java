/** The subcommands of {@code howdah}: their options, their wiring, their exit codes. */
@NullMarked
package dev.howdah.cli.command;

import org.jspecify.annotations.NullMarked;

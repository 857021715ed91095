/** The rights that roles need on the nodes: printed, or given. */
@NullMarked
package dev.howdah.cli.grants;

import org.jspecify.annotations.NullMarked;

/** Asks a running pooler: through its admin API, or through its console. */
@NullMarked
package dev.howdah.cli.desk;

import org.jspecify.annotations.NullMarked;

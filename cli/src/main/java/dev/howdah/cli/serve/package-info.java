/** How commands start and stop a pooler, whatever they want it for. */
@NullMarked
package dev.howdah.cli.serve;

import org.jspecify.annotations.NullMarked;

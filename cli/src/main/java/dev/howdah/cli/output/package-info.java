/** What people see: status lines, quantities with units, log lines. */
@NullMarked
package dev.howdah.cli.output;

import org.jspecify.annotations.NullMarked;

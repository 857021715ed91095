/** What reading SQL costs. */
@NullMarked
package dev.howdah.bench.sql;

import org.jspecify.annotations.NullMarked;

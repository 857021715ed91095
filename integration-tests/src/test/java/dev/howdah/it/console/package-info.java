/** The admin console before a real server, through psql, pgjdbc and under pgbench. */
@NullMarked
package dev.howdah.it.console;

import org.jspecify.annotations.NullMarked;

/** Looks users up in a database, for those who are not in {@code auth_file}. */
@NullMarked
package dev.howdah.pooler.lookup;

import org.jspecify.annotations.NullMarked;

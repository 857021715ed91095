/** The admin console: what an operator asks in SQL-like words, and what is shown and done then. */
@NullMarked
package dev.howdah.pooler.admin;

import org.jspecify.annotations.NullMarked;

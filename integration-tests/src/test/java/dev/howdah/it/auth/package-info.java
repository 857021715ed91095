/** Who gets in, and how: with real clients, real servers, and PgBouncer beside us. */
@NullMarked
package dev.howdah.it.auth;

import org.jspecify.annotations.NullMarked;

/** The pooler's HTTP port, in front of a real PostgreSQL. */
@NullMarked
package dev.howdah.it.http;

import org.jspecify.annotations.NullMarked;

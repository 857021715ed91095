/** Real clients through the pooler, with PostgreSQL itself as the oracle. */
@NullMarked
package dev.howdah.it.clients;

import org.jspecify.annotations.NullMarked;

/** PostgreSQL's side: connecting, logging in, relaying, cleaning up, cancelling. */
@NullMarked
package dev.howdah.pooler.server;

import org.jspecify.annotations.NullMarked;

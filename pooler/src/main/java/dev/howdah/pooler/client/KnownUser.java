package dev.howdah.pooler.client;

import dev.howdah.wire.auth.StoredSecret;
import org.jspecify.annotations.Nullable;

/**
 * What is known of somebody who wants to come in.
 *
 * @param name as the client says it
 * @param exists whether there is such a user
 * @param secret what is stored of the password; null for nothing, which no password proves
 */
record KnownUser(String name, boolean exists, @Nullable StoredSecret secret) {

  /** There is nobody of that name. */
  static KnownUser unknown(String name) {
    return new KnownUser(name, false, null);
  }
}

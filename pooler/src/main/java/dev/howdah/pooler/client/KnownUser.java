package dev.howdah.pooler.client;

import dev.howdah.pooler.lookup.FoundUser;
import dev.howdah.wire.auth.StoredSecret;
import org.jspecify.annotations.Nullable;

/**
 * What is known of somebody who wants to come in.
 *
 * @param name as the client says it
 * @param exists whether there is such a user
 * @param secret what is stored of the password; null for nothing, which no password proves
 * @param origin who says so
 */
record KnownUser(String name, boolean exists, @Nullable StoredSecret secret, Origin origin) {

  /** Where users are known from. */
  enum Origin {
    /** The user list. */
    AUTH_FILE,
    /** The database that was asked. */
    AUTH_QUERY,
    /** Nobody was asked, or nobody knows. */
    NOWHERE
  }

  /** Somebody who is in the user list. */
  static KnownUser listed(String name, @Nullable StoredSecret secret) {
    return new KnownUser(name, true, secret, Origin.AUTH_FILE);
  }

  /** What a database said. */
  static KnownUser found(String name, FoundUser found) {
    return new KnownUser(name, found.exists(), found.secret(), Origin.AUTH_QUERY);
  }

  /** There is nobody of that name. */
  static KnownUser unknown(String name) {
    return new KnownUser(name, false, null, Origin.NOWHERE);
  }
}

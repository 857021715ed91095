package dev.howdah.pooler.lookup;

import dev.howdah.wire.auth.StoredSecret;
import org.jspecify.annotations.Nullable;

/**
 * What {@code auth_query} says of a user.
 *
 * @param exists whether there is such a user
 * @param secret null when there is none, or no password is valid
 */
public record FoundUser(boolean exists, @Nullable StoredSecret secret) {
  /** There is no such user. */
  public static final FoundUser NOBODY = new FoundUser(false, null);
}

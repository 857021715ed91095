package dev.howdah.pooler.sql;

import org.jspecify.annotations.Nullable;

/**
 * A call of {@code set_config()} somewhere in a text.
 *
 * @param name the setting, in lower case; null when it is not a plain literal
 * @param reach whether the change outlives the transaction
 */
public record SetConfigCall(@Nullable String name, Reach reach) {
  /** The third argument of {@code set_config}. */
  public enum Reach {
    /** {@code false}: for the session. */
    SESSION,
    /** {@code true}: for the transaction. */
    TRANSACTION,
    /** Neither literally; take it for the session. */
    UNKNOWN
  }
}

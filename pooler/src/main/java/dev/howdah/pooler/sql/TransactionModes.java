package dev.howdah.pooler.sql;

import org.jspecify.annotations.Nullable;

/**
 * The options of BEGIN and its relatives; null where the text is silent. Of repeated options the
 * last counts, as in PostgreSQL.
 *
 * @param isolation the isolation level
 * @param readOnly READ ONLY or READ WRITE
 * @param deferrable DEFERRABLE or NOT DEFERRABLE
 */
public record TransactionModes(
    @Nullable IsolationLevel isolation, @Nullable Boolean readOnly, @Nullable Boolean deferrable) {
  /** No option at all. */
  public static final TransactionModes NONE = new TransactionModes(null, null, null);

  /** Isolation levels, weakest first. */
  public enum IsolationLevel {
    READ_UNCOMMITTED,
    READ_COMMITTED,
    REPEATABLE_READ,
    SERIALIZABLE
  }

  /** Whether READ ONLY is asked for in so many words. */
  public boolean isReadOnly() {
    return Boolean.TRUE.equals(readOnly);
  }
}

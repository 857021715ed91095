package dev.howdah.pooler.config;

/** When a server connection goes back to its pool. */
public enum PoolMode {
  /** When the client disconnects. */
  SESSION,
  /** When the transaction ends. */
  TRANSACTION,
  /** After each statement; transactions of more than one statement are refused. */
  STATEMENT;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

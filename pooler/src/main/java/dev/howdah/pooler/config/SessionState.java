package dev.howdah.pooler.config;

/** Whether session state follows its client in transaction and statement pooling. */
public enum SessionState {
  /** It does; what cannot be taken along keeps the server connection with its client. */
  TRACK,
  /** It does; texts that would keep the server connection with their client are refused. */
  STRICT,
  /** It does not: what one client leaves behind, the next one finds, as with PgBouncer. */
  OFF;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

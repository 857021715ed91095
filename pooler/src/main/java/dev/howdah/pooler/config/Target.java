package dev.howdah.pooler.config;

/** Which servers a session's transactions may run on. */
public enum Target {
  /** The primary only. */
  PRIMARY,
  /** Replicas only; what writes fails there. */
  REPLICA,
  /** A replica when one may be used, else the primary. */
  PREFER_REPLICA;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

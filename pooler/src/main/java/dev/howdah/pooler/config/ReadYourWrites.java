package dev.howdah.pooler.config;

/** Whose writes a read on a replica is sure to see. */
public enum ReadYourWrites {
  /** Those of its own session. */
  SESSION,
  /** Those of every session of its database in this pooler. */
  DATABASE,
  /** All that were committed before the read began, through whichever pooler. */
  GLOBAL,
  /** Nobody's. */
  OFF;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

package dev.howdah.pooler.config;

/** What becomes of reads when no replica may be used. */
public enum ReplicaFallback {
  /** They run on the primary. */
  PRIMARY,
  /** They fail. */
  ERROR;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

package dev.howdah.pooler.config;

/** What a node is taken for where nobody asks it. */
public enum NodeRole {
  /** The first node is the primary, the others are replicas. */
  AUTO,
  /** It takes writes. */
  PRIMARY,
  /** It is a standby. */
  REPLICA;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

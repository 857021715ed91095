package dev.howdah.pooler.config;

/** How the pooler knows which of its nodes is the primary. */
public enum TopologyKind {
  /** It asks the nodes, again and again. */
  PROBE,
  /** The configuration says so. */
  STATIC;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

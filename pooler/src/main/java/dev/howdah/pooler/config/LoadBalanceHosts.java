package dev.howdah.pooler.config;

/** Which entry of a host list a new server connection goes to. */
public enum LoadBalanceHosts {
  /** The same entry until a connection fails, then the next. */
  DISABLE,
  /** The next entry each time. */
  ROUND_ROBIN;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

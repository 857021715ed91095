package dev.howdah.pooler.config;

/** How an event becomes a line of the log. */
public enum LogFormat {
  /** For people, and for tools that know PgBouncer's phrases. */
  TEXT,
  /** One JSON object per line. */
  JSON;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }
}

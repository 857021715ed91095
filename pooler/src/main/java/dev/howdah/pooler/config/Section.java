package dev.howdah.pooler.config;

import java.util.Locale;
import java.util.Optional;

/** A section of the configuration file. */
public enum Section {
  /** The main section, {@code [pgbouncer]}, also written {@code [pooler]}. */
  PGBOUNCER,
  /** One connection string per database name. */
  DATABASES,
  /** Settings per user. */
  USERS,
  /** PgBouncer processes that forward cancel requests to each other. */
  PEERS,
  /** Howdah's own: the PostgreSQL servers. */
  NODES,
  /** Howdah's own: high availability. */
  CLUSTER,
  /** Howdah's own: which transactions go to a replica. */
  ROUTING,
  /** Howdah's own: metrics and health over HTTP. */
  HTTP;

  /** The other name of {@link #PGBOUNCER}. */
  static final String MAIN_ALIAS = "pooler";

  /** The name between the brackets. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Section> named(String title) {
    if (title.equals(MAIN_ALIAS)) {
      return Optional.of(PGBOUNCER);
    }
    for (Section section : values()) {
      if (section.title().equals(title)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "[" + title() + "]";
  }
}

package dev.howdah.bench.compare;

/** Whom Howdah is compared with. */
enum Rival {
  PGBOUNCER("PgBouncer"),
  /** Itself, as it is when nobody follows what statements leave in their session. */
  UNTRACKED("Howdah, session_state = off"),
  /** Itself, as it is when nobody chooses its primary. */
  UNGATED("Howdah without a cluster");

  private final String label;

  Rival(String label) {
    this.label = label;
  }

  /** In tables. */
  String label() {
    return label;
  }
}

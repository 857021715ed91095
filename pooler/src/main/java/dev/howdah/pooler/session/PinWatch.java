package dev.howdah.pooler.session;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sees one client's reasons to keep its server connection come and go. Event loop only. */
public final class PinWatch {
  private final PinCounters counters;
  private @Nullable PinView view; // null while there are none

  /** Nothing is kept yet; what comes is counted. */
  public PinWatch(PinCounters counters) {
    this.counters = counters;
  }

  /** What is kept now, and why; null for nothing. */
  public @Nullable PinView view() {
    return view;
  }

  /**
   * The reasons are these now.
   *
   * @param nowNanos monotonic; coarse
   * @param statement the client's latest
   * @return a phrase about the client for the log; null when nothing has changed
   */
  public @Nullable String onReasons(Set<PinReason> reasons, long nowNanos, long statement) {
    PinView before = view;
    if (before == null ? reasons.isEmpty() : before.reasons().equals(reasons)) {
      return null;
    }
    EnumSet<PinReason> added = EnumSet.noneOf(PinReason.class);
    added.addAll(reasons);
    if (before != null) {
      added.removeAll(before.reasons());
    }
    added.forEach(counters::onTaken);
    if (reasons.isEmpty()) {
      view = null;
      return "lets its server connection go";
    }
    view =
        before == null
            ? new PinView(reasons, nowNanos, statement)
            : new PinView(reasons, before.sinceNanos(), before.statement());
    return "keeps its server connection: it " + PinReason.phrase(new TreeSet<>(reasons));
  }
}

package dev.howdah.pooler.session;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why and since when a client keeps its server connection; for people to look at. Immutable.
 *
 * @param reasons at least one
 * @param sinceNanos monotonic time when the first of them came up; coarse
 * @param statement the statement that brought it, as SHOW WAITS marks statements; 0 when not known
 */
public record PinView(Set<PinReason> reasons, long sinceNanos, long statement) {
  public PinView {
    reasons = Set.copyOf(reasons);
  }

  /** The words of the reasons, with commas. */
  public String words() {
    return reasons.stream().sorted().map(PinReason::word).collect(Collectors.joining(","));
  }
}

package dev.howdah.pooler.session;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Why a client keeps its server connection between transactions. */
final class Pins {
  private final EnumSet<PinReason> held = EnumSet.noneOf(PinReason.class);
  private final EnumSet<PinReason> expected = EnumSet.noneOf(PinReason.class);

  boolean isEmpty() {
    return held.isEmpty();
  }

  boolean holds(PinReason reason) {
    return held.contains(reason);
  }

  /** The reasons that hold, as a view. */
  Set<PinReason> held() {
    return Collections.unmodifiableSet(held);
  }

  /** A reason that PostgreSQL cannot be asked about holds from the end of the transaction on. */
  void expect(PinReason reason) {
    expected.add(reason);
  }

  /** Whether a reason is to hold that did not before. */
  boolean isExpecting() {
    return !expected.isEmpty();
  }

  void drop(PinReason reason) {
    held.remove(reason);
    expected.remove(reason);
  }

  /** PostgreSQL was asked for the reasons in {@code asked}, and found these of them. */
  void onAnswer(Set<PinReason> asked, Set<PinReason> found) {
    held.removeAll(asked);
    held.addAll(found);
    held.addAll(expected);
    expected.clear();
  }

  /** Whether something is left on the server connection that not even DISCARD ALL undoes. */
  boolean outliveDiscard() {
    return held.stream().anyMatch(PinReason::outlivesDiscard)
        || expected.stream().anyMatch(PinReason::outlivesDiscard);
  }
}

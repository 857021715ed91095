package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.pooler.sql.Suspicion;

/**
 * Sees to it that currval and lastval never answer with another client's value. What they answer is
 * in no catalogue of PostgreSQL, and nextval is everywhere, so nextval does not pin. Instead, a
 * client that asks on a server connection where it has drawn no number itself makes us discard what
 * the connection knows of sequences first: PostgreSQL then says by itself that there is no value.
 */
final class SequenceGuard {
  private static final int DRAWS =
      Suspicion.NEXTVAL.bit()
          | Suspicion.SETVAL.bit()
          | Suspicion.UNKNOWN_FUNCTION.bit()
          | Suspicion.DO.bit()
          | Suspicion.CALL.bit();

  private static final int ASKS = Suspicion.CURRVAL.bit() | Suspicion.LASTVAL.bit();

  private boolean drawn; // may have drawn from a sequence on this server connection
  private boolean mustForget; // before the message that is held

  /** The client has another server connection now, or its sequences were discarded. */
  void onNothingDrawn() {
    drawn = false;
  }

  /** A text is on its way to the server. */
  void note(StatementFacts facts) {
    drawn |= draws(facts);
  }

  /** Whether the client may have drawn a number on its server connection. */
  boolean hasDrawn() {
    return drawn;
  }

  /** Whether a text asks what was drawn last. */
  static boolean asks(StatementFacts facts) {
    return (facts.suspicions() & ASKS) != 0;
  }

  /** Whether what a text {@link #asks} for can only be the value of somebody else. */
  boolean isLost(StatementFacts facts, Pins pins) {
    return !drawn && (facts.suspicions() & DRAWS) == 0 && !pins.holds(PinReason.SEQUENCE);
  }

  /** The message that is held must find nothing of sequences. */
  void demandForgetting() {
    mustForget = true;
  }

  /** Whether the connection has to forget its sequences now; the answer counts as done. */
  boolean takeDemand() {
    boolean demanded = mustForget;
    mustForget = false;
    drawn |= demanded; // by nobody: what is asked now is PostgreSQL's to answer
    return demanded;
  }

  /** The message that is held is refused by PostgreSQL anyway. */
  void dropDemand() {
    mustForget = false;
  }

  /** Whether a text may draw from a sequence; a default does so without saying it. */
  private static boolean draws(StatementFacts facts) {
    StatementKind only = facts.onlyKind();
    return (facts.suspicions() & DRAWS) != 0
        || only == null
        || switch (only) {
          case INSERT, WITH, MERGE, COPY, EXECUTE, EXPLAIN, OTHER -> true;
          default -> false;
        };
  }
}

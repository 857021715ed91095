package dev.howdah.failover.control;

import dev.howdah.failover.store.GuardedWrite;
import java.util.List;

/**
 * What a controller wants done. Each is begun at once and answered by a later call to the
 * controller, never within this one. Everything begun is answered, in its own time.
 */
public interface ControllerPort {

  /** What a write was for. */
  enum Purpose {
    /** The controller's own registration. */
    REGISTRATION,
    /** Leadership. */
    LEADER,
    /** The topology, the answer to an operator, or both. */
    TOPOLOGY,
    /** The audit. */
    HISTORY,
    /** Retiring and deleting the registrations of processes that are silent. */
    RETIREMENT
  }

  /** To be answered by {@code readDone} or {@code readFailed}. */
  void read(List<String> selectors);

  /** To be answered by {@code written}. */
  void write(Purpose purpose, GuardedWrite write);

  /** To be answered by {@code acted}. */
  void act(Ticket ticket);

  /** A sentence for the log that was not true a moment ago. Answered by nothing. */
  void report(String sentence);

  /** Wall clock in milliseconds, for the audit, and for what an operator has put off until then. */
  long wallClockMillis();
}

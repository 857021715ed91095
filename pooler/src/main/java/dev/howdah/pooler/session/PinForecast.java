package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.Suspicion;
import java.util.EnumSet;

/**
 * Why a text would keep a server connection with its client, as far as the text says so by itself:
 * not what a function, a DO block or a procedure does inside, and not LISTEN.
 */
public final class PinForecast {
  private static final int CERTAIN =
      Suspicion.ADVISORY_LOCK.bit()
          | Suspicion.SETSEED.bit()
          | Suspicion.TEMP_OBJECT.bit()
          | Suspicion.HELD_CURSOR.bit()
          | Suspicion.SESSION_AUTHORIZATION.bit()
          | Suspicion.LOAD.bit()
          | Suspicion.SESSION_FUNCTION.bit()
          | Suspicion.EXTENSION_STATE.bit();

  private PinForecast() {}

  /**
   * The reasons in a text; mostly none, and then that takes a look at two fields.
   *
   * @param searchPath of the session, empty when it has set none: CREATE may end up in pg_temp
   */
  public static EnumSet<PinReason> of(StatementFacts facts, String searchPath) {
    EnumSet<PinReason> reasons = EnumSet.noneOf(PinReason.class);
    if (facts.isPlain() || facts.cannotBeRead()) {
      return reasons;
    }
    boolean createsInTemp = searchPath.contains("pg_temp");
    boolean makesTemp = false;
    for (Statement statement : facts.statements()) {
      makesTemp |= mayMakeTemp(statement, createsInTemp);
      if (statement instanceof Statement.Prepare) {
        reasons.add(PinReason.SQL_PREPARED);
      } else if (statement instanceof Statement.SetSetting set
          && set.name().text().equals("seed")) {
        reasons.add(PinReason.SEED);
      } else if (createsInTemp && statement instanceof Statement.Create && makesTemp) {
        reasons.add(PinReason.TEMP_OBJECT);
      }
    }
    for (Suspicion suspicion : Suspicion.of(facts.suspicions() & CERTAIN)) {
      if (suspicion != Suspicion.TEMP_OBJECT || makesTemp) {
        reasons.add(reason(suspicion));
      }
    }
    return reasons;
  }

  /** Statements that name pg_temp may do so only to use what their transaction has made there. */
  private static boolean mayMakeTemp(Statement statement, boolean createsInTemp) {
    if (statement instanceof Statement.Create create) {
      return !create.onCommitDrop() || (createsInTemp && !create.temporary());
    }
    return switch (statement.kind()) {
      case SELECT, WITH, VALUES, TABLE, EXPLAIN, OTHER -> true;
      default -> false;
    };
  }

  private static PinReason reason(Suspicion suspicion) {
    return switch (suspicion) {
      case ADVISORY_LOCK -> PinReason.ADVISORY_LOCK;
      case SETSEED -> PinReason.SEED;
      case TEMP_OBJECT -> PinReason.TEMP_OBJECT;
      case HELD_CURSOR -> PinReason.HELD_CURSOR;
      case SESSION_AUTHORIZATION -> PinReason.SESSION_AUTHORIZATION;
      default -> PinReason.EXTENSION;
    };
  }
}

package dev.howdah.pooler.session;

import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.sql.SetConfigCall;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.pooler.sql.Suspicion;
import dev.howdah.wire.frame.BackendScanner;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds in texts what they may leave behind in the session ({@link Traces}). What became of it is
 * not worked out here: PostgreSQL is asked.
 */
final class TraceFinder {
  /** The large-object functions that libpq calls by their numbers. */
  private static final Set<Integer> HARMLESS_FUNCTIONS =
      Set.of(715, 764, 767, 952, 953, 954, 955, 956, 957, 958, 964, 1004, 3170, 3171, 3172);

  private static final Set<String> OF_TRANSACTION =
      Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

  private final Traces traces = new Traces();
  private final Map<String, StatementFacts> preparedInSql = new HashMap<>();
  private final Pins pins;
  private final ClientSettings settings;
  private final SequenceGuard sequences;
  private final ReadingRules rules;
  private final Subscriptions channels;
  private final SessionSurroundings surroundings;
  private boolean notified; // other sessions may have been notified, or this one
  private boolean defined; // objects may have been made in this transaction
  private boolean undone; // something was rolled back since the session was last looked at

  TraceFinder(
      Pins pins,
      ClientSettings settings,
      SequenceGuard sequences,
      ReadingRules rules,
      Subscriptions channels,
      SessionSurroundings surroundings) {
    this.pins = pins;
    this.settings = settings;
    this.sequences = sequences;
    this.rules = rules;
    this.channels = channels;
    this.surroundings = surroundings;
  }

  /** What was found since the session was last looked at. */
  Traces traces() {
    return traces;
  }

  /** Whether a text rolled something back since then. */
  boolean hasUndone() {
    return undone;
  }

  /** Whether a text may have sent a notification since this was last asked. */
  boolean takeNotified() {
    boolean taken = notified;
    notified = false;
    return taken;
  }

  /** Whether there may be objects that other sessions do not see. */
  boolean mayHaveOwnObjects() {
    return defined || pins.holds(PinReason.TEMP_OBJECT);
  }

  /** A statement is over that left nothing to look at. */
  void onSettled() {
    undone = false;
    defined = false;
  }

  /** PostgreSQL has told what became of it. */
  void onAudited() {
    traces.clear();
    undone = false;
    defined = false;
    if (!pins.holds(PinReason.SQL_PREPARED)) {
      preparedInSql.clear();
    }
  }

  /**
   * Takes note of a text.
   *
   * @param whole whether all of it was read
   */
  void note(StatementFacts facts, boolean whole) {
    if (!whole) {
      traces.addEverything(); // we have seen the beginning only
    }
    boolean selects = facts.onlyKind() == StatementKind.SELECT && facts.suspicions() == 0;
    notified |= !selects;
    defined |= !selects && mayDefine(facts);
    if (pins.isEmpty() && facts.isPlain() && facts.suspicions() == 0) {
      return;
    }
    if (facts.cannotBeRead()) {
      traces.addEverything();
      return;
    }
    note(facts);
  }

  /** Whether a name may have been given by PREPARE. */
  boolean hasPrepared(ByteBuf in, int from, int to) {
    return !preparedInSql.isEmpty()
        && preparedInSql.containsKey(in.toString(from, to - from, StandardCharsets.UTF_8));
  }

  /**
   * A statement is closed, which may be one that keeps the connection, or was prepared in SQL.
   *
   * @return undoes what was noted of its name, should the server not come to the Close
   */
  Runnable noteClose(ByteBuf in, int at, int end) {
    int name = at + BackendScanner.HEADER_BYTES + 1;
    int nameEnd = in.indexOf(name, end, (byte) 0);
    if (!pins.isEmpty()) {
      for (PinReason reason : List.of(PinReason.SQL_PREPARED, PinReason.FOREIGN_STATEMENT)) {
        if (pins.holds(reason)) {
          traces.add(reason);
        }
      }
    }
    if (nameEnd < 0 || in.getByte(name - 1) != 'S' || !hasPrepared(in, name, nameEnd)) {
      return () -> {};
    }
    String closed = in.toString(name, nameEnd - name, StandardCharsets.UTF_8);
    StatementFacts facts = preparedInSql.remove(closed);
    return () -> {
      if (facts != null) {
        preparedInSql.put(closed, facts);
      }
    };
  }

  /** A function is called by its number, by the protocol's FunctionCall. */
  void noteFunction(int oid) {
    if (!HARMLESS_FUNCTIONS.contains(oid)) {
      traces.addEverything();
    }
  }

  private static boolean mayDefine(StatementFacts facts) {
    StatementKind only = facts.onlyKind();
    return only == null
        || facts.suspicions() != 0
        || switch (only) {
          case CREATE, ALTER, DROP, EXECUTE, DO, CALL, OTHER -> true;
          default -> false;
        };
  }

  private void note(StatementFacts facts) {
    for (Statement statement : facts.statements()) {
      note(statement, facts);
    }
    for (SetConfigCall call : facts.setConfigCalls()) {
      if (call.reach() != SetConfigCall.Reach.TRANSACTION) {
        noteSetting(call.name());
      } else if (call.name() != null) {
        noteCustom(call.name());
      }
    }
    noteSuspicions(facts.suspicions());
  }

  private void noteSetting(@Nullable String name) {
    if (name == null) {
      traces.addAllSettings();
    } else if (name.equals("session_authorization")) {
      traces.add(PinReason.SESSION_AUTHORIZATION);
      traces.addSetting("role");
    } else if (name.equals("seed")) {
      pins.expect(PinReason.SEED);
    } else if (!OF_TRANSACTION.contains(name)) {
      noteCustom(name);
      settings.onSet(name);
      rules.onSet(name);
      if (!ClientSettings.isReported(name)) {
        traces.addSetting(name);
      }
    }
  }

  private void noteCustom(String name) {
    if (Settings.isCustom(name)) {
      surroundings.onCustomSetting(name);
    }
  }

  private void note(Statement statement, StatementFacts facts) {
    switch (statement) {
      case Statement.SetSetting set when set.local() -> {
        rules.onSet(set.name().text());
        noteCustom(set.name().text());
      }
      case Statement.SetSetting set -> {
        noteSetting(set.name().text());
        if (set.isDefault()) {
          noteReset(set.name().text());
        }
      }
      case Statement.SetSessionCharacteristics set -> {
        if (!set.local()) {
          traces.addSetting("default_transaction_isolation");
          traces.addSetting("default_transaction_read_only");
          traces.addSetting("default_transaction_deferrable");
        }
      }
      case Statement.Reset reset when reset.name() != null -> {
        noteSetting(reset.name().text());
        noteReset(reset.name().text());
      }
      case Statement.Reset _ -> noteResetAll();
      case Statement.Discard discard when discard.what() == Statement.Discard.What.SEQUENCES ->
          forgetSequences();
      case Statement.DropDatabase drop -> surroundings.onDatabaseWanted(drop.name().text());
      case Statement.AlterDatabase alter when alter.needsItAlone() ->
          surroundings.onDatabaseWanted(alter.name().text());
      case Statement.CreateDatabase create ->
          surroundings.onDatabaseWanted(
              create.template() == null ? "template1" : create.template().text());
      case Statement.Discard discard when discard.what() == Statement.Discard.What.ALL -> {
        channels.assumeAllGone();
        forgetSequences();
        traces.addEverything();
        noteResetAll();
      }
      case Statement.Prepare prepare -> {
        traces.add(PinReason.SQL_PREPARED);
        preparedInSql.put(prepare.name().text(), facts);
      }
      case Statement.Execute execute -> noteExecute(execute.name().text());
      case Statement.Deallocate _ -> traces.add(PinReason.SQL_PREPARED);
      case Statement.Listen _, Statement.Unlisten _ -> traces.add(PinReason.LISTEN);
      case Statement.DeclareCursor cursor when cursor.withHold() ->
          traces.add(PinReason.HELD_CURSOR);
      case Statement.Create create -> {
        if (create.temporary() || createsInTemp()) {
          traces.add(PinReason.TEMP_OBJECT);
        }
        if (create.execute() != null) {
          noteExecute(create.execute().name().text());
        }
      }
      case Statement.Explain explain when explain.analyze() -> note(explain.query(), facts);
      case Statement.Rollback _, Statement.RollbackTo _ -> undone = true;
      default -> {
        if (!pins.isEmpty() && mayUndo(statement.kind())) {
          pins.held().forEach(traces::add);
        }
      }
    }
  }

  private void forgetSequences() {
    sequences.onNothingDrawn();
    pins.drop(PinReason.SEQUENCE);
  }

  /** Statements that may end a reason to pin, beside those that are looked at anyway. */
  private static boolean mayUndo(StatementKind kind) {
    return switch (kind) {
      case DROP, DISCARD, CLOSE, ALTER, OTHER -> true;
      default -> false;
    };
  }

  private boolean createsInTemp() {
    return settings.searchPath().contains("pg_temp");
  }

  private void noteExecute(String name) {
    StatementFacts prepared = preparedInSql.get(name);
    if (prepared == null) {
      traces.addEverything();
    } else {
      for (SetConfigCall call : prepared.setConfigCalls()) {
        noteSetting(call.name());
      }
      noteSuspicions(prepared.suspicions());
    }
  }

  private void noteReset(String name) {
    if (settings.onReset(name)) {
      traces.addSetting(name);
    }
  }

  private void noteResetAll() {
    settings.resettable().forEach(this::noteReset);
  }

  private void noteSuspicions(int suspicions) {
    if (suspicions == 0) {
      return;
    }
    for (Suspicion suspicion : Suspicion.of(suspicions)) {
      switch (suspicion) {
        case ADVISORY_LOCK -> traces.add(PinReason.ADVISORY_LOCK);
        case ADVISORY_UNLOCK -> {
          if (pins.holds(PinReason.ADVISORY_LOCK)) {
            traces.add(PinReason.ADVISORY_LOCK);
          }
        }
        case SETSEED -> pins.expect(PinReason.SEED);
        case TEMP_OBJECT, TEMP_SEARCH_PATH -> traces.add(PinReason.TEMP_OBJECT);
        case HELD_CURSOR -> traces.add(PinReason.HELD_CURSOR);
        case SESSION_AUTHORIZATION -> traces.add(PinReason.SESSION_AUTHORIZATION);
        case LOAD, SESSION_FUNCTION, EXTENSION_STATE -> pins.expect(PinReason.EXTENSION);
        case DO, CALL, SQL_IN_TEXT, MALFORMED, UNKNOWN_FUNCTION -> traces.addEverything();
        case SET_CONFIG, NEXTVAL, SETVAL, CURRVAL, LASTVAL, LISTENING_CHANNELS, NOTIFY_FUNCTION -> {
          // said by the calls themselves, or nothing that stays
        }
      }
    }
  }
}

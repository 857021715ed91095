package dev.howdah.pooler.session;

import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.sql.SetConfigCall;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.pooler.sql.Suspicion;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.FrontendObserver;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows what one client's statements may leave behind in its session. Event loop of the client
 * only.
 *
 * <p><b>The texts raise questions, PostgreSQL answers them.</b> Whether a SET was rolled back, to a
 * savepoint perhaps, whether a lock was taken or a temporary table dropped again: all that is not
 * worked out here. Texts are read only for what they <em>may</em> have done ({@link Traces}). When
 * the transaction is over and anything may have been left, one query on the same server connection
 * asks what is ({@link Audit}), before anybody else gets it. What can be taken along, the settings
 * and the role, follows the client; for everything else the connection stays with it, as long as
 * there is a {@link PinReason}.
 *
 * <p><b>currval never lies.</b> What it answers is in no catalogue, and nextval is everywhere, so
 * nextval does not keep the connection. Instead, before a client asks for currval or lastval on a
 * connection where it has drawn no number itself, the connection's sequence state is discarded:
 * PostgreSQL then says itself that there is no value, rather than another client's. Applications
 * that have asked once are known from then on, and theirs is kept ({@link PinReason#SEQUENCE}).
 *
 * <p><b>RESET means the client's own defaults.</b> What came in the startup packet is the client's
 * baseline, but for the server connection it is a setting like any other, and RESET goes back
 * further. So after a RESET in a transaction the baseline is applied again at once ({@link
 * #errand}); outside of one it is enough to know it.
 */
public final class SessionTracker implements FrontendObserver {
  /** The large-object functions that libpq calls by their numbers. */
  private static final Set<Integer> HARMLESS_FUNCTIONS =
      Set.of(715, 764, 767, 952, 953, 954, 955, 956, 957, 958, 964, 1004, 3170, 3171, 3172);

  /**
   * Whatever becomes of these, PostgreSQL reports it by itself (docs: "Asynchronous Operations").
   */
  private static final Set<String> REPORTED =
      Set.of(
          "application_name",
          "client_encoding",
          "datestyle",
          "intervalstyle",
          "standard_conforming_strings",
          "timezone");

  private static final int DRAWS =
      Suspicion.NEXTVAL.bit()
          | Suspicion.SETVAL.bit()
          | Suspicion.UNKNOWN_FUNCTION.bit()
          | Suspicion.DO.bit()
          | Suspicion.CALL.bit();

  private static final int ASKS = Suspicion.CURRVAL.bit() | Suspicion.LASTVAL.bit();

  private static final String STRINGS = "standard_conforming_strings";
  private static final String ENCODING = "client_encoding";

  private static final Set<String> OF_TRANSACTION =
      Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

  private static final StatementFacts NOTHING =
      new SqlReader().read(new byte[0], 0, 0, SqlRules.STANDARD);

  private final Traces traces = new Traces();
  private final EnumSet<PinReason> pins = EnumSet.noneOf(PinReason.class);
  private final EnumSet<PinReason> untold = EnumSet.noneOf(PinReason.class); // not in a catalogue
  private final Set<String> resets = new TreeSet<>(); // went to the server's default
  private final Map<String, StatementFacts> preparedInSql = new HashMap<>();
  private final boolean follows;
  private final SessionSurroundings surroundings;
  private final SqlReader reader;
  private final @Nullable ClientStatements statements; // null when they are left alone
  private final LoneAnswers alone;
  private final Splices splices = new Splices();
  private Settings baseline = Settings.NONE;
  private Settings settings = Settings.NONE;
  private Map<String, String> parameters = Map.of(); // as the server connection reports them
  private SqlRules rules = SqlRules.STANDARD;
  private String knownStrings = "on"; // what the rules were made of
  private String knownEncoding = "UTF8";
  private boolean changesRules; // texts behind the one that was sent may have to be read otherwise
  private boolean holding;
  private boolean drawn; // may have drawn from a sequence on this server connection
  private boolean mustForgetSequences; // before the message that is held
  private boolean failed; // an error came since the last settling
  private boolean undone; // something was rolled back since the session was last looked at
  private boolean discards; // the server was told to drop what is prepared on it
  private @Nullable AwaitedReplies awaited; // of the server connection; null before the first link
  private byte status = 'I'; // of the server connection, as last heard of between statements

  /**
   * A session that begins.
   *
   * @param surroundings what the session shares with others
   * @param follows whether what statements leave behind follows the client
   * @param reader of the client's event loop
   * @param statements what the client prepares; null when prepared statements are left alone
   */
  public SessionTracker(
      SessionSurroundings surroundings,
      boolean follows,
      SqlReader reader,
      @Nullable ClientStatements statements) {
    this.surroundings = surroundings;
    this.follows = follows;
    this.reader = reader;
    this.statements = statements;
    this.alone = new LoneAnswers(this, statements);
  }

  /** The session begins, with the settings of its startup packet as PostgreSQL took them. */
  public void begin(Settings startup) {
    baseline = startup;
    settings = startup;
  }

  /** The session is linked, and has these settings. */
  public void onLink(Settings now, ServerConnection server) {
    settings = now;
    status = 'I';
    drawn = false;
    awaited = server.awaited();
    if (statements != null) {
      server.awaited().trackCompletions(true);
      statements.onLink(server.statements(), server.awaited());
    }
    parameters = server.parameters();
    followRules();
  }

  /** How texts are read may have changed by what the client has set. */
  private void followRules() {
    String strings = parameters.getOrDefault(STRINGS, "on");
    String encoding = parameters.getOrDefault(ENCODING, "UTF8");
    if (!strings.equals(knownStrings) || !encoding.equals(knownEncoding)) {
      knownStrings = strings;
      knownEncoding = encoding;
      rules = SqlRules.of(!strings.equals("off"), encoding);
    }
    changesRules = false;
  }

  // ---- texts ----

  /** The changes to be made in the bytes that were scanned last. */
  public Splices splices() {
    return splices;
  }

  @Override
  public boolean wants(byte type) {
    return switch (type) {
      case 'Q', 'P', 'F' -> true;
      case 'B', 'D', 'C' -> statements != null || holding;
      default -> holding;
    };
  }

  @Override
  public Verdict onMessage(byte type, ByteBuf in, int at, int seen, boolean whole) {
    if (holding) {
      return Verdict.HOLD;
    }
    int body = at + BackendScanner.HEADER_BYTES;
    int end = at + seen;
    if (type == 'Q') {
      StatementFacts facts = read(in, body, end);
      if (asksForLostSequence(facts)) {
        return Verdict.HOLD;
      }
      if (isOfOursAlone(facts)) {
        return answerInLink(facts, at, end);
      }
      onQuery(facts, whole);
      if (traces.hasAllSettings()) {
        CustomNames.addTo(traces, in, body, end);
      }
    } else if (type == 'F') {
      noteFunction(end - body >= Integer.BYTES ? in.getInt(body) : 0);
    } else if (type == 'P') {
      if (isSettled() && asksForLostSequence(readParse(in, body, end))) {
        return Verdict.HOLD;
      }
      onParse(in, at, end, whole);
    } else if (statements != null) {
      if (type == 'B' && isSettled() && asksForLostSequence(factsOfBind(statements, in, at, end))) {
        return Verdict.HOLD;
      }
      onUse(statements, type, in, at, end);
    }
    return Verdict.PASS;
  }

  /**
   * Whether nothing is on its way to the server that it has not answered: only then can we step in.
   */
  private boolean isSettled() {
    return awaited != null && awaited.settled();
  }

  /** Whether a query is a DEALLOCATE of a statement that the server knows by another name. */
  private boolean isOfOursAlone(StatementFacts facts) {
    return follows
        && statements != null
        && status != 'E'
        && facts.statements().size() == 1
        && facts.statements().getFirst() instanceof Statement.Deallocate(var _, SqlName name)
        && name != null
        && statements.knows(name.text());
  }

  /** Answers in the server's place, which must have answered everything before. */
  private Verdict answerInLink(StatementFacts facts, int at, int end) {
    if (!isSettled()) {
      holding = true;
      return Verdict.HOLD;
    }
    String tag = alone.tagOf(facts.statements().getFirst());
    if (tag == null) {
      return Verdict.PASS;
    }
    splices.cut(at, end);
    surroundings.answer(tag, status);
    return Verdict.TAKEN;
  }

  private static StatementFacts factsOfBind(ClientStatements names, ByteBuf in, int at, int end) {
    StatementFacts facts = names.factsOfBind(in, at, end);
    return facts == null ? NOTHING : facts;
  }

  private StatementFacts readParse(ByteBuf in, int body, int end) {
    int nameEnd = in.indexOf(body, end, (byte) 0);
    return nameEnd < 0 ? NOTHING : read(in, nameEnd + 1, end);
  }

  /**
   * Whether a statement asks for a sequence's value that is not this client's; then what the server
   * connection knows of sequences has to be discarded first.
   */
  private boolean asksForLostSequence(StatementFacts facts) {
    if (!follows || (facts.suspicions() & ASKS) == 0) {
      return false;
    }
    surroundings.onSequenceAsked();
    if (drawn || (facts.suspicions() & DRAWS) != 0 || pins.contains(PinReason.SEQUENCE)) {
      return false;
    }
    holding = true;
    mustForgetSequences = true;
    return true;
  }

  private void onQuery(StatementFacts facts, boolean whole) {
    note(facts, whole);
    holding = !resets.isEmpty() || discards || changesRules;
    if (statements != null) {
      statements.onQuery();
    }
  }

  private void onParse(ByteBuf in, int at, int end, boolean whole) {
    int body = at + BackendScanner.HEADER_BYTES;
    int nameEnd = in.indexOf(body, end, (byte) 0);
    if (nameEnd < 0) {
      return; // PostgreSQL will say what it thinks of it
    }
    if (statements == null || !whole) {
      note(read(in, nameEnd + 1, end), whole);
      if (statements != null) {
        statements.onLargeParse();
        if (nameEnd > body) {
          untold.add(PinReason.LARGE_STATEMENT);
        }
      }
      return;
    }
    statements.onParse(
        in,
        at,
        nameEnd,
        end,
        searchPath(),
        status == 'E',
        () -> read(in, nameEnd + 1, end),
        splices);
  }

  private void onUse(ClientStatements names, byte type, ByteBuf in, int at, int end) {
    switch (type) {
      case 'B' -> {
        StatementFacts facts = names.onBind(in, at, end, splices);
        if (facts != null) {
          note(facts, true);
        }
      }
      case 'D' -> names.onDescribe(in, at, end, splices);
      default -> names.onClose(in, at, end, splices);
    }
  }

  StatementFacts read(ByteBuf in, int from, int end) {
    int zero = in.indexOf(from, end, (byte) 0);
    return reader.read(in, from, (zero < 0 ? end : zero) - from, rules);
  }

  private void note(StatementFacts facts, boolean whole) {
    if (!follows) {
      noteDiscards(facts);
      return;
    }
    if (!whole) {
      traces.addEverything(); // we have seen the beginning only
    }
    drawn |= draws(facts);
    if (pins.isEmpty() && facts.isPlain() && facts.suspicions() == 0) {
      return;
    }
    if (facts.cannotBeRead()) {
      traces.addEverything();
      return;
    }
    note(facts);
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

  /** Which of our statements the server still has matters even where nothing follows the client. */
  private void noteDiscards(StatementFacts facts) {
    for (Statement statement : facts.statements()) {
      discards |=
          switch (statement) {
            case Statement.Discard discard -> discard.what() == Statement.Discard.What.ALL;
            case Statement.Deallocate deallocate -> deallocate.name() == null;
            default -> false;
          };
    }
  }

  private void note(StatementFacts facts) {
    noteDiscards(facts);
    for (Statement statement : facts.statements()) {
      note(statement, facts);
    }
    for (SetConfigCall call : facts.setConfigCalls()) {
      if (call.reach() != SetConfigCall.Reach.TRANSACTION) {
        noteSetting(call.name());
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
      untold.add(PinReason.SEED);
    } else if (!OF_TRANSACTION.contains(name)) {
      resets.remove(name);
      noteRules(name);
      if (!REPORTED.contains(name)) {
        traces.addSetting(name);
      }
    }
  }

  private void noteRules(String name) {
    changesRules |= name.equals(STRINGS) || name.equals(ENCODING);
  }

  private void note(Statement statement, StatementFacts facts) {
    switch (statement) {
      case Statement.SetSetting set when set.local() -> noteRules(set.name().text());
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
          pins.forEach(traces::add);
        }
      }
    }
  }

  private void forgetSequences() {
    drawn = false;
    pins.remove(PinReason.SEQUENCE);
    untold.remove(PinReason.SEQUENCE);
  }

  /** Statements that may end a reason to pin, beside those that are looked at anyway. */
  private static boolean mayUndo(StatementKind kind) {
    return switch (kind) {
      case DROP, DISCARD, CLOSE, ALTER, OTHER -> true;
      default -> false;
    };
  }

  private boolean createsInTemp() {
    String path = settings.values().get("search_path");
    return path != null && path.contains("pg_temp");
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
    if (!REPORTED.contains(name) || baseline.values().containsKey(name)) {
      traces.addSetting(name);
      resets.add(name);
    }
  }

  private void noteResetAll() {
    for (Settings each : List.of(settings, baseline)) {
      for (String name : each.values().keySet()) {
        if (!name.equals("role")) {
          noteReset(name);
        }
      }
    }
  }

  private void noteSuspicions(int suspicions) {
    if (suspicions == 0) {
      return;
    }
    for (Suspicion suspicion : Suspicion.of(suspicions)) {
      switch (suspicion) {
        case ADVISORY_LOCK -> traces.add(PinReason.ADVISORY_LOCK);
        case ADVISORY_UNLOCK -> {
          if (pins.contains(PinReason.ADVISORY_LOCK)) {
            traces.add(PinReason.ADVISORY_LOCK);
          }
        }
        case SETSEED -> untold.add(PinReason.SEED);
        case TEMP_OBJECT, TEMP_SEARCH_PATH -> traces.add(PinReason.TEMP_OBJECT);
        case HELD_CURSOR -> traces.add(PinReason.HELD_CURSOR);
        case SESSION_AUTHORIZATION -> traces.add(PinReason.SESSION_AUTHORIZATION);
        case LOAD, SESSION_FUNCTION, EXTENSION_STATE -> untold.add(PinReason.EXTENSION);
        case DO, CALL, SQL_IN_TEXT, MALFORMED, UNKNOWN_FUNCTION -> traces.addEverything();
        case SET_CONFIG, NEXTVAL, SETVAL, CURRVAL, LASTVAL, LISTENING_CHANNELS, NOTIFY_FUNCTION -> {
          // said by the calls themselves, or nothing that stays
        }
      }
    }
  }

  private void noteFunction(int oid) {
    if (follows && !HARMLESS_FUNCTIONS.contains(oid)) {
      traces.addEverything();
    }
  }

  /**
   * What the client is to hear when PostgreSQL reports a parameter: after a RESET that means the
   * client's own default, which the server does not know.
   *
   * @param name as PostgreSQL spells it
   * @param known the settings as the client knows them
   * @return null when there is nothing to be told
   */
  public @Nullable String told(String name, String value, Settings known) {
    String key = name.toLowerCase(Locale.ROOT);
    String own = resets.contains(key) ? baseline.values().get(key) : null;
    if (own == null) {
      return value;
    }
    return own.equals(known.values().get(key)) ? null : own;
  }

  // ---- between transactions ----

  /** PostgreSQL refused something. */
  public void onError() {
    failed = true;
  }

  /**
   * What has to run on the server connection before the message that is held can pass, now that
   * everything before it is answered; null when nothing. {@link #onErrandDone} follows.
   */
  public @Nullable String errand() {
    if (status == 'E') {
      mustForgetSequences = false; // PostgreSQL refuses the message that is held anyway
      return null;
    }
    if (mustForgetSequences) {
      mustForgetSequences = false;
      drawn = true; // by nobody: what is asked now is PostgreSQL's to answer
      return "DISCARD SEQUENCES";
    }
    return status == 'T' ? rebase() : null;
  }

  /** PostgreSQL has answered everything, and stands thus: I, T or E. */
  public void onAnswered(byte newStatus) {
    status = newStatus;
    followRules();
    if (discards && !failed && statements != null) {
      statements.onServerDiscarded();
    }
    discards = false;
  }

  /**
   * The statement that gives settings of this client their baseline values again after it reset
   * them in a transaction; null when that is not needed.
   */
  private @Nullable String rebase() {
    Settings target = Settings.NONE;
    for (String name : resets) {
      String value = baseline.values().get(name);
      if (value != null) {
        target = target.with(name, value);
      }
    }
    resets.clear();
    String sql = Settings.NONE.switchSql(target);
    return sql.isEmpty() ? null : sql;
  }

  /**
   * What {@link #errand} asked for has been done, or nothing was to be done: messages pass again.
   */
  public void onErrandDone() {
    holding = false;
  }

  /** Whether the connection has to be looked at before anybody else gets it. */
  public boolean needsAudit() {
    if (drawn && follows && surroundings.asksForSequences() && !pins.contains(PinReason.SEQUENCE)) {
      untold.add(PinReason.SEQUENCE);
    }
    return !traces.isEmpty() || !untold.isEmpty();
  }

  /** The look at it. */
  public Audit audit() {
    return new Audit(traces, settings, failed || undone);
  }

  /**
   * Takes note of what an audit found outside a transaction.
   *
   * @param found the settings of the server connection
   * @return the client's settings from now on
   */
  public Settings onAudited(Audit audit, Settings found, Set<PinReason> reasons) {
    pins.removeAll(traces.questions());
    pins.addAll(reasons);
    pins.addAll(untold);
    untold.clear();
    if (!pins.contains(PinReason.SQL_PREPARED)) {
      preparedInSql.clear();
    }
    Settings next = found;
    if (!failed) {
      for (String name : resets) {
        String value = baseline.values().get(name);
        next = value == null ? next.without(name) : next.with(name, value);
      }
    }
    resets.clear();
    traces.clear();
    holding = false;
    failed = false;
    undone = false;
    settings = next.equals(settings) ? settings : next;
    return settings;
  }

  /** A statement outside of a transaction is over, and it left nothing to look at. */
  public void onSettled() {
    failed = false;
    undone = false;
    holding = false;
  }

  /** Why the client keeps its connection now; empty when it does not. */
  public Set<PinReason> pins() {
    return Collections.unmodifiableSet(pins);
  }

  /** Whether the client keeps its connection. */
  public boolean isPinned() {
    return !pins.isEmpty();
  }

  /** Whether something is left on the server connection that not even DISCARD ALL undoes. */
  public boolean outlivesDiscard() {
    return pins.stream().anyMatch(PinReason::outlivesDiscard)
        || untold.stream().anyMatch(PinReason::outlivesDiscard);
  }

  /** Whether messages wait for something of ours to be done. */
  public boolean isHolding() {
    return holding;
  }

  /** Whether the session may have left anything on the connection beside its settings. */
  public boolean isClean() {
    return pins.isEmpty() && !needsAudit();
  }

  // ---- without a server ----

  /** Whether {@link #answersAlone} is worth a try: a look at the first bytes of a message. */
  public static boolean mayAnswerAlone(ByteBuf in) {
    return LoneAnswers.mayAnswer(in);
  }

  /**
   * Answers the message at the reader index of an idle client's bytes, if it concerns only what is
   * kept for the client here.
   *
   * @param in moved behind the message when it was answered
   * @param out the answer is appended
   * @return false when a server has to answer, or the message is not there as a whole
   */
  public boolean answersAlone(ByteBuf in, ByteBuf out) {
    return alone.answer(in, out);
  }

  boolean follows() {
    return follows;
  }

  boolean isAtBaseline() {
    return settings.equals(baseline);
  }

  String searchPath() {
    return settings.values().getOrDefault("search_path", "");
  }
}

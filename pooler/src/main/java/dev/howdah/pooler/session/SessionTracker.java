package dev.howdah.pooler.session;

import dev.howdah.pooler.config.SessionState;
import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.prepared.SharedStatement;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.FrontendObserver;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Set;
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
 */
public final class SessionTracker implements FrontendObserver {
  private static final StatementFacts NOTHING =
      new SqlReader().read(new byte[0], 0, 0, SqlRules.STANDARD);

  /** The field of an error that names the function of PostgreSQL which raised it. */
  private static final ByteBuf PLAN_REFUSED =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("\0RRevalidateCachedQuery\0", StandardCharsets.US_ASCII));

  private final Pins pins = new Pins();
  private final ClientSettings settings = new ClientSettings();
  private final SequenceGuard sequences = new SequenceGuard();
  private final ReadingRules rules = new ReadingRules();
  private final ClientChannels channels;
  private final TraceFinder finder;
  private final boolean follows;
  private final @Nullable Refusals refusals; // null when nothing is refused
  private final SessionSurroundings surroundings;
  private final SqlReader reader;
  private final @Nullable ClientStatements statements; // null when they are left alone
  private final LoneAnswers alone;
  private final Splices splices = new Splices();
  private @Nullable SharedStatement toTell; // to the server, before the message that is held
  private @Nullable SharedStatement told; // just now, whatever the server said
  private boolean holding;
  private boolean failed; // an error came since the last settling
  private boolean mayEnd; // what was asked since the last settling may end the transaction
  private boolean rollsBack; // it is to be rolled back; what is asked behind that may commit
  private boolean byQuery; // what was asked last is a simple query
  private boolean discards; // the server was told to drop what is prepared on it
  private @Nullable AwaitedReplies awaited; // of the server connection; null before the first link
  private byte status = 'I'; // of the server connection, as last heard of between statements

  /**
   * A session that begins.
   *
   * @param surroundings what the session shares with others
   * @param state whether what statements leave behind follows the client, or is refused
   * @param reader of the client's event loop
   * @param statements what the client prepares; null when prepared statements are left alone
   */
  public SessionTracker(
      SessionSurroundings surroundings,
      SessionState state,
      SqlReader reader,
      @Nullable ClientStatements statements) {
    this.surroundings = surroundings;
    this.follows = state != SessionState.OFF;
    this.refusals = state == SessionState.STRICT ? new Refusals() : null;
    this.reader = reader;
    this.statements = statements;
    this.channels = new ClientChannels(surroundings);
    this.finder =
        new TraceFinder(pins, settings, sequences, rules, channels.subscriptions(), surroundings);
    this.alone = new LoneAnswers(this, statements);
  }

  /** The session begins, with the settings of its startup packet as PostgreSQL took them. */
  public void begin(Settings startup) {
    settings.begin(startup);
  }

  /** The session is linked, and has these settings. */
  public void onLink(Settings now, ServerConnection server) {
    settings.follow(now);
    status = 'I';
    mayEnd = false;
    rollsBack = false;
    sequences.onNothingDrawn();
    awaited = server.awaited();
    if (statements != null) {
      server.awaited().trackCompletions(true);
      statements.onLink(server.statements(), server.awaited());
    }
    rules.onLink(server.parameters());
    channels.onLink(server.parameters());
  }

  /** The link begins inside a transaction, which the server gets to know with the next message. */
  public void onHeldBegin() {
    status = 'T';
  }

  /** Looks at the first request of a transaction. */
  public FirstRequest newFirstRequest() {
    return new FirstRequest(this, statements);
  }

  /**
   * Takes the place of a transaction whose server is gone.
   *
   * @param reason what the client is told, with 40001
   * @param hasOnlyRead whether it has lost nothing if it is about to end
   */
  public LostTransaction newLostTransaction(ErrorFields reason, boolean hasOnlyRead) {
    return new LostTransaction(this, statements, reason, hasOnlyRead);
  }

  /** What is kept of a BEGIN that no server has seen. */
  public HeldBegin newHeldBegin() {
    return new HeldBegin(this, statements);
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
      PinReason refused = whole ? refusal(facts) : null;
      if (refused != null && refusals != null) {
        refusals.replaceQuery(in, at, end, refused, splices);
        endUnnamed();
        return Verdict.PASS;
      }
      if (asksForLostSequence(facts)) {
        return Verdict.HOLD;
      }
      if (isOfOursAlone(facts)) {
        return answerInLink(facts, at, end);
      }
      if (whole && isAboutChannels(facts)) {
        if (!isSettled() || channels.mustPrepare(facts, status == 'T')) {
          holding = true;
          return Verdict.HOLD;
        }
        channels.onQuery(facts, in, at, status == 'T', splices);
      } else if (follows && statements != null && status != 'E' && statements.isNamedIn(facts)) {
        if (!isSettled() || mustTell(statements, facts)) {
          holding = true;
          return Verdict.HOLD;
        }
        statements.renameInQuery(facts, in, at, splices);
      }
      onQuery(facts, whole);
      findCustomNames(in, body, end);
    } else if (type == 'F') {
      mayEnd |= rollsBack;
      noteFunction(end - body >= Integer.BYTES ? in.getInt(body) : 0);
    } else if (type == 'P') {
      if (refusals != null && whole && refuseParse(refusals, in, at, end)) {
        return Verdict.PASS;
      }
      if (isSettled() && asksForLostSequence(readParse(in, body, end))) {
        return Verdict.HOLD;
      }
      return onParse(in, at, end, whole);
    } else if (statements != null) {
      if (type == 'B' && isSettled() && mustHoldBind(factsOfBind(statements, in, at, end))) {
        return Verdict.HOLD;
      }
      onUse(statements, type, in, at, end);
    }
    return Verdict.PASS;
  }

  /** After a text that may have changed any setting. */
  private void findCustomNames(ByteBuf in, int from, int to) {
    if (finder.traces().hasAllSettings() && !CustomNames.addTo(finder.traces(), in, from, to)) {
      pins.expect(PinReason.EXTENSION);
    }
  }

  private boolean mustHoldBind(StatementFacts facts) {
    if (isAboutChannels(facts) && channels.mustPrepare(facts, status == 'T')) {
      holding = true;
    }
    return holding || asksForLostSequence(facts);
  }

  private boolean isAboutChannels(StatementFacts facts) {
    return follows && status != 'E' && ClientChannels.areIn(facts);
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

  /** Whether the server has to be told of a statement before a Query speaks of it. */
  private boolean mustTell(ClientStatements names, StatementFacts facts) {
    SharedStatement missing = names.missing(facts);
    if (missing == null || missing.equals(told)) {
      told = null;
      return false;
    }
    toTell = missing;
    return true;
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
    if (!follows || status == 'E' || !SequenceGuard.asks(facts)) {
      return false;
    }
    surroundings.onSequenceAsked();
    if (!sequences.isLost(facts, pins)) {
      return false;
    }
    sequences.demandForgetting();
    holding = true;
    return true;
  }

  private void onQuery(StatementFacts facts, boolean whole) {
    note(facts, whole);
    byQuery = true;
    holding = settings.hasResets() || discards || rules.areChanging();
    endUnnamed();
  }

  private void endUnnamed() {
    if (statements != null) {
      statements.onQuery();
    }
  }

  /** Why a text is refused; null when it is not. */
  private @Nullable PinReason refusal(StatementFacts facts) {
    return refusals == null ? null : refusals.reason(facts, settings.searchPath());
  }

  /** Whether the text of a Parse is refused. */
  boolean refuses(ByteBuf in, int from, int end) {
    return refusals != null && refusal(read(in, from, end)) != null;
  }

  private boolean refuseParse(Refusals by, ByteBuf in, int at, int end) {
    int body = at + BackendScanner.HEADER_BYTES;
    int nameEnd = in.indexOf(body, end, (byte) 0);
    PinReason reason = nameEnd < 0 ? null : refusal(read(in, nameEnd + 1, end));
    if (reason == null) {
      return false;
    }
    by.replaceParse(in, at, nameEnd, end, reason, splices);
    if (statements != null) {
      statements.onRefusedParse(nameEnd == body);
    }
    return true;
  }

  /** The ErrorResponse that the client is to see instead of this one; null for this one. */
  public @Nullable ByteBuf translateError(ByteBuf body) {
    if (statements != null && ByteBufUtil.indexOf(PLAN_REFUSED.duplicate(), body) >= 0) {
      statements.onPlanRefused();
    }
    return refusals == null ? null : refusals.translate(body);
  }

  private Verdict onParse(ByteBuf in, int at, int end, boolean whole) {
    int body = at + BackendScanner.HEADER_BYTES;
    int nameEnd = in.indexOf(body, end, (byte) 0);
    if (nameEnd < 0) {
      return Verdict.PASS; // PostgreSQL will say what it thinks of it
    }
    if (statements == null || !whole) {
      note(read(in, nameEnd + 1, end), whole);
      if (statements != null) {
        statements.onLargeParse();
        if (nameEnd > body) {
          finder.traces().add(PinReason.FOREIGN_STATEMENT);
        }
      }
      return Verdict.PASS;
    }
    if (nameEnd > body && finder.hasPrepared(in, body, nameEnd)) {
      statements.onForeignParse(); // PostgreSQL says that the name is taken
      finder.traces().add(PinReason.FOREIGN_STATEMENT);
      return Verdict.PASS;
    }
    byte[] rewritten = null;
    if (follows && ClientChannels.mayBeIn(in, nameEnd + 1, end)) {
      StatementFacts facts = read(in, nameEnd + 1, end);
      if (isAboutChannels(facts)) {
        if (isSettled() && channels.mustPrepare(facts, status == 'T')) {
          holding = true;
          return Verdict.HOLD;
        }
        rewritten = channels.onParse(facts, in, nameEnd + 1, end);
      }
    }
    statements.setSharing(!finder.mayHaveOwnObjects());
    statements.onParse(
        in, at, nameEnd, end, searchPath(), status == 'E', rewritten, this::read, splices);
    return Verdict.PASS;
  }

  private void onUse(ClientStatements names, byte type, ByteBuf in, int at, int end) {
    switch (type) {
      case 'B' -> {
        StatementFacts facts = names.onBind(in, at, end, splices);
        if (facts != null) {
          if (isAboutChannels(facts)) {
            channels.onBind(facts);
          }
          note(facts, true);
          byQuery = false;
          if (finder.traces().hasAllSettings()) {
            ByteBuf text = names.lastText();
            findCustomNames(text, text.readerIndex(), text.writerIndex());
          }
        }
      }
      case 'D' -> names.onDescribe(in, at, end, splices);
      default -> {
        names.onClose(in, at, end, splices, finder.noteClose(in, at, end));
      }
    }
  }

  StatementFacts read(ByteBuf in, int from, int end) {
    int zero = in.indexOf(from, end, (byte) 0);
    return reader.read(in, from, (zero < 0 ? end : zero) - from, rules.now());
  }

  private void note(StatementFacts facts, boolean whole) {
    noteDiscards(facts);
    mayEnd |= rollsBack || !whole || facts.cannotBeRead() || mayCommit(facts);
    rollsBack |= facts.onlyKind() == StatementKind.ROLLBACK;
    if (follows) {
      finder.note(facts, whole);
      sequences.note(facts);
    }
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

  private void noteFunction(int oid) {
    if (follows) {
      finder.noteFunction(oid);
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
    return settings.told(name, value, known);
  }

  /** PostgreSQL has reported a change, and the client's settings are these now. */
  public void onSettings(Settings now) {
    settings.follow(now);
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
      sequences.dropDemand();
      channels.dropErrand();
      return null;
    }
    if (sequences.takeDemand()) {
      return "DISCARD SEQUENCES";
    }
    String sql = channels.takeErrand();
    return sql == null && status == 'T' ? settings.takeRebase() : sql;
  }

  /**
   * The messages, up to a Sync, that have to be answered before the one that is held can pass; null
   * when there are none. {@link #onTold} follows.
   */
  public @Nullable ByteBuf errandBatch(ByteBufAllocator allocator) {
    SharedStatement statement = toTell;
    return statement == null || statements == null
        ? null
        : statements.batchFor(statement, allocator);
  }

  /**
   * What {@link #errandBatch} holds has been answered.
   *
   * @param accepted whether without an error
   * @param newStatus of the server's transaction
   */
  public void onTold(boolean accepted, byte newStatus) {
    told = toTell;
    toTell = null;
    status = newStatus;
    if (accepted && told != null && statements != null) {
      statements.onTold(told);
    }
  }

  /** PostgreSQL has answered everything, and stands thus: I, T or E. */
  public void onAnswered(byte newStatus) {
    status = newStatus;
    rules.follow();
    if (discards && !failed && statements != null) {
      statements.onServerDiscarded();
    }
    discards = false;
    mayEnd = false;
    rollsBack = false;
  }

  private static boolean mayCommit(StatementFacts facts) {
    if (!facts.hasTransactionControl() || facts.onlyKind() == StatementKind.ROLLBACK) {
      return false;
    }
    for (Statement statement : facts.statements()) {
      switch (statement.kind()) {
        case SAVEPOINT, RELEASE, ROLLBACK_TO -> {
          // The transaction stays open.
        }
        default -> {
          if (statement.kind().isTransactionControl()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether what was asked last is a query that only rolls the transaction back. */
  public boolean isRollingBack() {
    return rollsBack && byQuery && !mayEnd;
  }

  /**
   * Whether what is on its way to the server may commit the transaction that was open before it.
   */
  public boolean mayCommit() {
    return mayEnd || statements == null; // then Bind may be of anything
  }

  /**
   * What {@link #errand} asked for has been done, or nothing was to be done: messages pass again.
   *
   * @param before the settings of the server connection, as known before
   * @return the same after it
   */
  public Settings onErrandDone(Settings before) {
    holding = false;
    return settings.rebased(before);
  }

  /** Whether the connection has to be looked at before anybody else gets it. */
  public boolean needsAudit() {
    if (follows
        && refusals == null
        && sequences.hasDrawn()
        && !pins.holds(PinReason.SEQUENCE)
        && surroundings.asksForSequences()) {
      pins.expect(PinReason.SEQUENCE);
    }
    return !finder.traces().isEmpty()
        || pins.isExpecting()
        || channels.subscriptions().areMentioned();
  }

  /** The look at it. */
  public Audit audit() {
    return new Audit(
        finder.traces(), settings.now(), channels.subscriptions(), failed || finder.hasUndone());
  }

  /**
   * Takes note of what an audit found outside a transaction.
   *
   * @param found the settings of the server connection
   * @param standIns see {@link Audit#channels}
   * @return the client's settings from now on
   */
  public Settings onAudited(Settings found, Set<PinReason> reasons, @Nullable String standIns) {
    channels.onFound(standIns, failed || finder.hasUndone());
    pins.onAnswer(finder.traces().questions(), reasons);
    finder.onAudited();
    Settings now = settings.onFound(found, failed);
    holding = false;
    failed = false;
    return now;
  }

  /** A statement outside of a transaction is over, and it left nothing to look at. */
  public void onSettled() {
    failed = false;
    holding = false;
    finder.onSettled();
  }

  /** The channels that the client listens on. */
  public ClientChannels channels() {
    return channels;
  }

  /** Whether the client's statements may have sent notifications since this was last asked. */
  public boolean takeNotified() {
    return finder.takeNotified();
  }

  /** Why the client keeps its connection now; empty when it does not. */
  public Set<PinReason> pins() {
    return pins.held();
  }

  /** Whether the client keeps its connection. */
  public boolean isPinned() {
    return !pins.isEmpty();
  }

  /** Whether something is left on the server connection that not even DISCARD ALL undoes. */
  public boolean outlivesDiscard() {
    return pins.outliveDiscard();
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
    return settings.areAtBaseline();
  }

  String searchPath() {
    return settings.searchPath();
  }
}

package dev.howdah.pooler.client;

import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Waiter;
import dev.howdah.pooler.pool.Welcomes.Welcome;
import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.server.Holder;
import dev.howdah.pooler.server.LinkedClient;
import dev.howdah.pooler.server.ParameterReport;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.session.Audit;
import dev.howdah.pooler.session.PinReason;
import dev.howdah.pooler.session.SessionSurroundings;
import dev.howdah.pooler.session.SessionTracker;
import dev.howdah.pooler.tls.TlsChannel;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BrokenFrame;
import dev.howdah.wire.frame.CutMessages;
import dev.howdah.wire.frame.FrontendObserver;
import dev.howdah.wire.frame.FrontendScanner;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.TransactionStatus;
import dev.howdah.wire.startup.Replication;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authenticated client, on the event loop of its pool shard; every method is to be called
 * there.
 *
 * <p>An idle client owns no buffer and no server connection. Its first bytes are kept until a
 * server connection is checked out, then everything is relayed both ways until the server owes
 * nothing; what happens then is the pool mode's only business: {@link #onSettled}.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter
    implements Waiter, LinkedClient, Lane.Resident, CancelTarget {
  private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);
  private static final int PENDING_BYTES_MAX = 1 << 16;

  private final ClientIdentity identity;
  private final PoolShard shard;
  private final ClientHouse house;
  private final FrontendScanner scanner;
  private PoolMode mode; // of the pool; a reload may change it between transactions
  private @Nullable SessionTracker tracker; // null when nothing has to follow the client
  private Settings baseline = Settings.NONE; // what it asked for at login
  private final @Nullable SlowLog slow; // null when off

  private ClientState state = ClientState.LOGGING_IN;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ServerConnection server;
  private @Nullable ByteBuf pending; // asked for, but not yet relayed
  private Settings settings;
  private CancelKeys.@Nullable Key key;
  private boolean unflushed;
  private boolean reading; // inside channelRead: its end will flush
  private boolean gated; // what is pending waits for an answer to us rather than for its own rest

  private final ClientDeadlines deadlines = new ClientDeadlines();
  private long linkedAtNanos;
  private long transactionStartNanos;
  private long queryStartNanos;
  private long startedNanos;
  private long statement; // see StatementMark
  private int place = -1;

  /**
   * A session about to start; {@link #start} follows when it is in its channel's pipeline on the
   * shard's event loop.
   *
   * @param wanted the settings of its startup packet
   */
  ClientSession(ClientIdentity identity, PoolShard shard, ClientHouse house, Settings wanted) {
    this.identity = identity;
    this.shard = shard;
    this.house = house;
    this.settings = wanted;
    this.scanner = new FrontendScanner(house.messageBytesMax());
    this.slow =
        SlowLog.of(identity, this::applicationName, house.config().log().minDurationMillis());
    this.mode = isReplication() ? PoolMode.SESSION : shard.mode();
    this.tracker = mode == PoolMode.SESSION ? null : newTracker();
  }

  private @Nullable SessionTracker newTracker() {
    int max = house.preparedStatementsMax();
    if (max == 0 && !house.tracksState()) {
      return null;
    }
    return new SessionTracker(
        new Surroundings(),
        house.tracksState(),
        shard.lane().sqlReader(),
        max > 0 ? new ClientStatements(shard.pool().statements(), max) : null);
  }

  /** The pool's mode was session when the client logged in, and is not any more. */
  private void startTracking() {
    tracker = newTracker();
    if (tracker != null) {
      tracker.begin(baseline);
    }
  }

  /** What the tracker needs to know of, and say to, the rest of the pooler. */
  private final class Surroundings implements SessionSurroundings {

    @Override
    public void onSequenceAsked() {
      shard.pool().sequenceUsers().add(applicationName());
    }

    @Override
    public boolean asksForSequences() {
      Set<String> users = shard.pool().sequenceUsers();
      return !users.isEmpty() && users.contains(applicationName());
    }

    @Override
    public void answer(String tag, byte status) {
      ByteBuf out = context().alloc().buffer(32);
      new CommandComplete(tag).encode(out);
      out.writeByte('Z').writeInt(5).writeByte(status);
      relay(out);
    }

    @Override
    public void onDatabaseWanted(String name) {
      house.pools().closeIdle(name);
    }
  }

  // ---- login ----

  /** Welcomes the client, at once when it is known what to say, else after asking a server. */
  void start() {
    startedNanos = shard.lane().nowNanos();
    deadlines.begin(startedNanos);
    queryStartNanos = startedNanos;
    shard.lane().enter(this);
    if (isReplication()) {
      shard.openDedicated(this, StartupReply.replicationParameters(identity.startup(), settings));
      return;
    }
    Welcome known = shard.pool().welcomes().find(StartupReply.keyOf(settings));
    if (known == null || linksAtLogin()) {
      shard.checkout(this);
    } else {
      begin(StartupReply.join(known, settings));
      become(ClientState.IDLE);
      welcome(known.report(), 0);
    }
  }

  /** Whether the client has been told that it is logged in. */
  boolean isWelcomed() {
    return state != ClientState.LOGGING_IN;
  }

  /** The client went away, or could not be brought to our event loop. Any thread. */
  void neverStarted() {
    end("client unexpected eof");
  }

  private boolean isReplication() {
    return identity.startup().replication() != Replication.OFF;
  }

  private boolean linksAtLogin() {
    return mode == PoolMode.SESSION && house.linkSessionsAtLogin();
  }

  private void onLoginCheckout(ServerConnection checkedOut) {
    server = checkedOut;
    linkedAtNanos = shard.lane().nowNanos();
    checkedOut.link(this, checkedOut.settings());
    if (isReplication()) {
      become(ClientState.LINKED);
      shard.counters().onAssigned();
      welcome(new ParameterReport(checkedOut.parameters()), checkedOut.identity().processId());
      return;
    }
    checkedOut.trySettings(
        settings,
        error -> {
          if (state == ClientState.CLOSED) {
            return; // left while we asked
          }
          if (error != null) {
            refuse(error.withSeverity(Severity.FATAL));
            return;
          }
          Welcome learnt =
              shard.pool().welcomes().learn(StartupReply.keyOf(settings), checkedOut.parameters());
          begin(StartupReply.join(learnt, settings));
          if (linksAtLogin()) {
            become(ClientState.LINKED);
            shard.counters().onAssigned();
            welcome(learnt.report(), checkedOut.identity().processId());
          } else {
            server = null;
            become(ClientState.IDLE);
            checkedOut.unlink();
            welcome(learnt.report(), 0);
          }
        });
  }

  private void begin(Settings accepted) {
    settings = accepted;
    baseline = accepted;
    if (tracker != null) {
      tracker.begin(accepted);
    }
  }

  /**
   * Sends everything from AuthenticationOk to ReadyForQuery.
   *
   * @param serverProcessId to be shown as our process id; 0 for one of our own
   */
  private void welcome(ParameterReport report, int serverProcessId) {
    boolean longSecret = StartupReply.usesLongSecret(identity.startup());
    CancelKeys.Key issued =
        serverProcessId == 0 || longSecret
            ? house.cancelKeys().issue(this, longSecret)
            : house.cancelKeys().issueAs(this, serverProcessId);
    key = issued;
    ByteBuf out = context().alloc().buffer(512);
    StartupReply.write(out, report, settings, issued);
    context().writeAndFlush(out, context().voidPromise()); // not counted as sent
    house.counters().onAccepted();
    if (house.logsConnections()) {
      LOG.debug("{} login accepted", identity);
    }
    ByteBuf early = pending;
    pending = null;
    context().channel().config().setAutoRead(true);
    if (early != null) {
      channelRead(context(), early);
      channelReadComplete(context());
    }
  }

  // ---- bytes from the client ----

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = CutMessages.join(from.alloc(), pending, (ByteBuf) message);
    pending = null;
    deadlines.onRead();
    reading = true;
    take(in);
    reading = false;
  }

  private void take(ByteBuf in) {
    try {
      switch (state) {
        case LINKED -> relayToServer(in);
        case IDLE -> ask(in);
        case LOGGING_IN, WAITING -> keep(in);
        case CLOSED -> in.release();
      }
    } catch (BrokenFrame e) {
      refuse(
          ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, e.description())
              .withHint("The client does not speak PostgreSQL's protocol, or lost step."));
    }
  }

  private void keep(ByteBuf in) {
    pending = in;
    if (in.readableBytes() >= PENDING_BYTES_MAX) {
      context().channel().config().setAutoRead(false);
    }
  }

  /** An idle client sent something: find it a server, if that is what it needs. */
  private void ask(ByteBuf in) {
    pending = in; // released with the session, whatever the scanner finds
    boolean found = scanner.skipToRequest(in);
    while (found && !scanner.terminated() && isAnsweredAlone(in)) {
      found = scanner.skipToRequest(in);
    }
    if (scanner.terminated()) {
      goodbye();
    } else if (found) {
      become(ClientState.WAITING);
      shard.checkout(this);
      if (state == ClientState.WAITING) {
        statement = StatementMark.of(in, statement);
      }
    } else if (!in.isReadable()) {
      pending = null;
      in.release();
    }
  }

  /** Answers a message about nothing but what we keep for the client. */
  private boolean isAnsweredAlone(ByteBuf in) {
    if (tracker == null || !SessionTracker.mayAnswerAlone(in)) {
      return false;
    }
    ByteBuf out = context().alloc().buffer(32);
    boolean answered = tracker.answersAlone(in, out);
    if (answered) {
      relay(out);
    } else {
      out.release();
    }
    return answered;
  }

  @Override
  public void onCheckout(ServerConnection checkedOut) {
    if (state == ClientState.LOGGING_IN) {
      onLoginCheckout(checkedOut);
      return;
    }
    become(ClientState.LINKED);
    server = checkedOut;
    mode = shard.mode();
    if (tracker == null && mode != PoolMode.SESSION) {
      startTracking();
    }
    linkedAtNanos = shard.lane().nowNanos();
    checkedOut.link(this, settings);
    if (tracker != null) {
      tracker.onLink(settings, checkedOut);
    }
    if (!reading) {
      context().channel().config().setAutoRead(true); // what follows may stop it again
    }
    ByteBuf asked = pending;
    pending = null;
    if (asked != null) {
      take(asked);
    }
  }

  private void relayToServer(ByteBuf in) {
    ServerConnection to = linked();
    if (to.isAsking()) {
      gated = true;
      keep(in);
      return;
    }
    if (!to.isOwingClient()) { // it may owe us an answer of our own, to what was put before
      queryStartNanos = System.nanoTime();
      if (to.status() == 'I') {
        transactionStartNanos = queryStartNanos;
        linkedAtNanos = isKept() ? queryStartNanos : linkedAtNanos;
      }
      if (scanner.atBoundary()) {
        statement = StatementMark.of(in, statement);
      }
    }
    int relayable;
    try {
      relayable = scanner.scan(in, to.awaited(), tracker == null ? FrontendObserver.NONE : tracker);
    } catch (BrokenFrame e) {
      in.release();
      if (tracker != null) {
        tracker.splices().clear();
      }
      throw e;
    }
    shard.counters().onReceived(relayable); // what is left comes again, or is a goodbye
    if (scanner.terminated()) {
      relayTo(to, in.writerIndex(in.readerIndex() + relayable));
      to.flush();
      goodbye();
      return;
    }
    if (relayable < in.readableBytes()) {
      gated = tracker != null && tracker.isHolding();
      keep(CutMessages.split(context().alloc(), in, in.readerIndex() + relayable));
    }
    relayTo(to, in);
    if (gated && tracker != null && !to.isOwing()) {
      runErrand(tracker);
    }
    if (!to.isWritable()) {
      to.flush();
      if (!to.isWritable()) {
        context().channel().config().setAutoRead(false);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    ServerConnection to = server;
    if (to != null) {
      to.flush();
      if (state == ClientState.LINKED) {
        to.endDoubt();
        if (!to.isOwing() && to.status() == 'I') {
          onSettled(to.status()); // the tail of a message the server had already refused
        }
      }
    }
    flush();
  }

  @Override
  public void onServerWritable() {
    context().channel().config().setAutoRead(true);
  }

  // ---- bytes from the server ----

  @Override
  public void relay(ByteBuf bytes) {
    ChannelHandlerContext to = context();
    deadlines.onRead();
    shard.counters().onSent(bytes.readableBytes());
    to.write(bytes, to.voidPromise());
    unflushed = true;
  }

  @Override
  public void flush() {
    if (unflushed) {
      unflushed = false;
      context().flush();
    }
  }

  @Override
  public boolean sentWholeMessages() {
    return scanner.atBoundary();
  }

  @Override
  public boolean isWritable() {
    return context().channel().isWritable();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    ServerConnection from = server;
    if (from != null && changed.channel().isWritable()) {
      from.resumeReading();
    }
    changed.fireChannelWritabilityChanged();
  }

  @Override
  public @Nullable String onParameter(String name, String value) {
    String told = tracker == null ? value : tracker.told(name, value, settings);
    settings = linked().settings();
    return told;
  }

  @Override
  public void onError() {
    if (tracker != null) {
      tracker.onError();
    }
  }

  @Override
  public void onSettled(byte status) {
    deadlines.onSettled();
    count();
    if (tracker != null) {
      tracker.onAnswered(status);
    }
    if (status != 'I') {
      if (mode == PoolMode.STATEMENT) {
        refuse(
            ErrorFields.fatal(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "transaction blocks not allowed in statement pooling mode")
                .withHint("Use pool_mode = transaction for this database or user."));
      }
      if (tracker != null) {
        runErrand(tracker);
      }
      return;
    }
    boolean kept = mode == PoolMode.SESSION && !mayLeaveSessionMode();
    if (!scanner.atBoundary() || (kept && tracker == null)) {
      leaveIfDraining();
    } else if (tracker == null) {
      release();
      leaveIfDraining();
    } else if (tracker.needsAudit()) {
      audit(tracker);
    } else {
      tracker.onSettled();
      settle(tracker);
    }
  }

  /** Something of ours has to run before what the client sent next. */
  private void runErrand(SessionTracker follower) {
    String sql = follower.errand();
    if (sql == null) {
      follower.onErrandDone();
      resume();
      return;
    }
    linked()
        .ask(
            "errand",
            sql,
            (error, rows) -> {
              if (state != ClientState.LINKED) {
                return; // left while it ran
              }
              if (error != null) {
                refuseUnknown(error);
                return;
              }
              follower.onErrandDone();
              resume();
            });
  }

  /** What we cannot say of a session, nobody may go on with. */
  private void refuseUnknown(@Nullable ErrorFields error) {
    refuse(
        ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the state of the session is unknown")
            .withDetail(
                error == null
                    ? "The question about it was not answered."
                    : "The question about it failed: " + error.message())
            .withHint(
                "What was answered has run; an open transaction is rolled back. Connect again."));
  }

  @Override
  public void onAligned() {
    ServerConnection to = server;
    if (gated && tracker != null && to != null && !to.isOwing()) {
      runErrand(tracker);
    }
  }

  /** Looks at the session before anybody else gets the server connection. */
  private void audit(SessionTracker follower) {
    ServerConnection at = linked();
    Audit audit = follower.audit();
    at.ask("audit", audit.sql(), (error, rows) -> onAudited(follower, audit, error, rows));
  }

  private void onAudited(
      SessionTracker follower,
      Audit audit,
      @Nullable ErrorFields error,
      List<List<@Nullable String>> rows) {
    if (state != ClientState.LINKED) {
      return; // left while we asked
    }
    if (error != null || rows.isEmpty()) {
      refuseUnknown(error);
      return;
    }
    ServerConnection at = linked();
    Settings found = audit.settings(at.settings(), rows);
    at.noteSettings(found);
    settings = follower.onAudited(audit, found, audit.reasons(rows));
    settle(follower);
  }

  /** Between transactions, with nothing unknown: keeps the server connection or lets it go. */
  private void settle(SessionTracker follower) {
    if (follower.isPinned() || (mode == PoolMode.SESSION && !mayLeaveSessionMode())) {
      linked().align(settings);
      resume();
    } else {
      release();
    }
    leaveIfDraining();
  }

  private void leaveIfDraining() {
    if (house.isDraining()) {
      leaveIfFree();
    }
  }

  private void release() {
    ServerConnection released = linked();
    server = null;
    become(ClientState.IDLE);
    flush();
    if (mode == PoolMode.SESSION || house.resetsAlways()) {
      released.cleanUp(house.resetQuery());
    } else {
      released.unlink();
    }
    resume();
  }

  /** Goes on with what waited for an answer to us. */
  private void resume() {
    if (!gated) {
      return;
    }
    gated = false;
    context().channel().config().setAutoRead(true);
    ByteBuf kept = pending;
    pending = null;
    if (kept != null) {
      take(kept);
      ServerConnection to = server;
      if (to != null) {
        to.flush();
      }
      flush();
    }
  }

  private void relayTo(ServerConnection to, ByteBuf bytes) {
    if (tracker != null && !tracker.splices().isEmpty()) {
      tracker.splices().apply(context().alloc(), bytes, to::write);
    } else if (bytes.isReadable()) {
      to.write(bytes);
    } else {
      bytes.release();
    }
  }

  /** A reload has changed the pool mode: what the session left behind goes with its connection. */
  private boolean mayLeaveSessionMode() {
    return shard.mode() != PoolMode.SESSION && !isReplication();
  }

  private void count() {
    ServerConnection answered = linked();
    long now = System.nanoTime();
    int queries = answered.takeQueriesEnded();
    if (queries > 0) {
      shard.counters().onQueries(queries, now - queryStartNanos);
    }
    int transactions = answered.takeTransactionsEnded();
    if (slow != null) {
      slow.onAnswer(queries, now - queryStartNanos, transactions, now - transactionStartNanos);
    }
    if (transactions > 0) {
      shard.counters().onTransactions(transactions, now - transactionStartNanos);
      transactionStartNanos = now; // for one that was begun in the same pipeline
    }
  }

  @Override
  public void onServerLost(@Nullable ErrorFields error) {
    server = null;
    if (error != null) {
      refuse(error);
    } else {
      flush();
      vanish("the server connection was closed");
    }
  }

  // ---- waiting ----

  @Override
  public boolean isLogin() {
    return state == ClientState.LOGGING_IN;
  }

  @Override
  public Duration waitMax() {
    return limits().queryWaitTimeout();
  }

  @Override
  public void onWaited(long nanos) {
    if (slow != null && state == ClientState.WAITING) {
      slow.onWaited(nanos);
    }
  }

  @Override
  public void onRefused(ErrorFields error) {
    refuse(error.withSeverity(Severity.FATAL));
  }

  @Override
  public void onLongWait(String occupancy) {
    ByteBuf out = context().alloc().buffer(256);
    ErrorFields.notice(SqlState.SUCCESSFUL_COMPLETION, "still waiting for a server connection")
        .withDetail(occupancy)
        .encodeNotice(out);
    relay(out);
    flush();
  }

  // ---- cancel ----

  @Override
  public EventLoop loop() {
    return shard.lane().loop();
  }

  @Override
  public void cancelRunning(Runnable onDone) {
    ServerConnection running = server;
    if (state == ClientState.LINKED && running != null && running.isOwing()) {
      running.cancel(onDone);
      return;
    }
    if (state == ClientState.WAITING) {
      cancelQueued();
    }
    onDone.run();
  }

  /**
   * Cancels a statement that no server has seen yet. Only when it is one statement, complete: the
   * answer to more would have to be guessed, so then the request does nothing, as it may.
   */
  private void cancelQueued() {
    ByteBuf asked = pending;
    var asks = new AwaitedReplies();
    var reader = new FrontendScanner(house.messageBytesMax());
    boolean single =
        asked != null
            && reader.scan(asked, asks) == asked.readableBytes()
            && reader.atBoundary()
            && asks.owed() == 1
            && asks.endsWithFence();
    if (asked == null || !single) {
      return;
    }
    shard.forget(this);
    pending = null;
    asked.release();
    become(ClientState.IDLE);
    ByteBuf out = context().alloc().buffer(128);
    ErrorFields cancelled =
        ErrorFields.error(SqlState.QUERY_CANCELED, "canceling statement due to user request");
    house.counters().onError(cancelled);
    cancelled.encodeError(out);
    new ReadyForQuery(TransactionStatus.IDLE).encode(out);
    relay(out);
    flush();
    context().channel().config().setAutoRead(true);
  }

  // ---- for operators ----

  /** How it stands now. */
  public ClientView describe() {
    ServerConnection linked = server;
    return new ClientView(
        identity.id(),
        identity.user(),
        shard.pool().key(),
        identity.startup().replication(),
        state,
        identity.address(),
        context().channel().localAddress(),
        TlsChannel.describe(context().channel()),
        startedNanos,
        queryStartNanos,
        linkedAtNanos,
        applicationName(),
        statement,
        linked == null ? 0 : linked.id(),
        linked == null ? 0 : linked.identity().processId());
  }

  @Override
  public @Nullable Holder holder() {
    ServerConnection linked = server;
    return linked == null
        ? null
        : new Holder(
            identity.id(),
            applicationName(),
            linked.identity().processId(),
            statement,
            linkedAtNanos);
  }

  /** Its channel. */
  public Channel channel() {
    return context().channel();
  }

  /** The server connection it has; null for none. */
  public @Nullable ServerConnection server() {
    return server;
  }

  /** The settings it has asked for or changed, by lower-case name. */
  public Map<String, String> settings() {
    return settings.values();
  }

  /**
   * Process id and secret of its cancel key as one number; null for none, or one that is longer.
   */
  public @Nullable Long cancelKey() {
    CancelKeys.Key issued = key;
    return issued == null ? null : issued.asNumber();
  }

  private String applicationName() {
    return settings.values().getOrDefault(ParameterReport.APPLICATION_NAME, "");
  }

  /** Its number in this process. */
  public long id() {
    return identity.id();
  }

  /** Where it stands. */
  public ClientState state() {
    return state;
  }

  /** The pool shard it lives with. */
  public PoolShard shard() {
    return shard;
  }

  // ---- deadlines ----

  @Override
  public void onTick(long now) {
    ServerConnection used = server;
    deadlines.tick(now, used);
    ErrorFields over = null;
    if (state == ClientState.IDLE) {
      over = deadlines.idle(limits(), now);
    } else if (state == ClientState.LINKED && used != null) {
      Set<PinReason> pins = tracker == null ? Set.of() : tracker.pins();
      over =
          deadlines.linked(limits(), house.pinIdleTimeout(), used, mode, pins, linkedAtNanos, now);
    }
    if (over != null) {
      refuse(over);
    }
  }

  /** Whether the server connection stays with the client between transactions. */
  private boolean isKept() {
    return mode == PoolMode.SESSION || (tracker != null && tracker.isPinned());
  }

  private PoolSettings limits() {
    return shard.pool().settings();
  }

  @Override
  public int place() {
    return place;
  }

  @Override
  public void setPlace(int newPlace) {
    place = newPlace;
  }

  // ---- the end ----

  /** Terminate: PostgreSQL would finish what was asked before, so the server does. */
  private void goodbye() {
    if (state == ClientState.CLOSED) {
      return; // the server was lost while the last bytes were written to it
    }
    ServerConnection left = server;
    server = null;
    if (left != null) {
      if (left.isOwing() || !left.awaited().endsWithFence()) {
        left.drain(cleaning(left));
      } else {
        left.cleanUp(cleaning(left));
      }
    }
    end("client close request");
  }

  /** Tells the client why, then ends. */
  public void refuse(ErrorFields error) {
    if (state == ClientState.CLOSED) {
      return;
    }
    if (house.logsErrors()) {
      String what = state == ClientState.LOGGING_IN ? "login failed" : "pooler error";
      LOG.warn("{} {}: {} ({})", identity, what, error.message(), error.sqlState());
    }
    if (state == ClientState.LOGGING_IN) {
      house.counters().onRefused(error);
    } else {
      house.counters().onError(error);
    }
    ServerConnection from = server;
    if (from == null || from.atBoundary()) {
      ByteBuf out = context().alloc().buffer(256);
      error.encodeError(out);
      relay(out);
      flush();
    }
    vanish(error.message());
  }

  /**
   * We drain: tells the client that we shut down, unless it is in the middle of something that will
   * come to an end by itself.
   */
  void leaveIfFree() {
    ServerConnection used = server;
    boolean free =
        switch (state) {
          case IDLE -> true;
          case LOGGING_IN, WAITING -> shard.isHeld(); // nobody will end the pause any more
          case LINKED ->
              isReplication()
                  || (used != null
                      && !used.isOwing()
                      && used.status() == 'I'
                      && scanner.atBoundary()
                      && used.atBoundary());
          case CLOSED -> false;
        };
    if (free) {
      refuse(ClientHouse.SHUTTING_DOWN);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    vanish("client unexpected eof");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (TlsChannel.isOfConnection(cause)) {
      LOG.debug("{} {}", identity, cause.getMessage());
    } else {
      LOG.error("{} bug", identity, cause);
    }
    vanish("client connection failed: " + cause.getMessage());
  }

  /** The client is gone without a Terminate: leave no lock and no half-sent message behind. */
  private void vanish(String reason) {
    if (state == ClientState.CLOSED) {
      return; // whatever we wrote last found the connection broken, and we were here before
    }
    ServerConnection left = server;
    server = null;
    if (left != null) {
      if (!left.isOwing() && scanner.atBoundary()) {
        left.cleanUp(cleaning(left));
      } else {
        left.abandon(cleaning(left), scanner.atBoundary());
      }
    }
    end(reason);
  }

  /** What has to run on the server connection before somebody else gets it. */
  private String cleaning(ServerConnection left) {
    if (tracker == null || tracker.isClean()) {
      return house.resetQueryFor(mode);
    }
    if (tracker.outlivesDiscard()) {
      left.retire("its client " + PinReason.phrase(tracker.pins()));
    }
    return "DISCARD ALL";
  }

  private void end(String reason) {
    if (state == ClientState.WAITING || state == ClientState.LOGGING_IN) {
      shard.forget(this);
    }
    become(ClientState.CLOSED);
    if (house.logsDisconnections()) {
      long age = (shard.lane().nowNanos() - startedNanos) / 1_000_000_000L;
      LOG.info("{} closing because: {} (age={}s)", identity, reason, age);
    }
    ByteBuf rest = pending;
    pending = null;
    if (rest != null) {
      rest.release();
    }
    CancelKeys.Key issued = key;
    if (issued != null) {
      house.cancelKeys().revoke(issued);
    }
    if (place >= 0) {
      shard.lane().leave(this);
    }
    house.onSessionEnd(shard.pool(), identity.user());
    house.clients().giveBack();
    ChannelHandlerContext last = ctx;
    if (last != null) {
      last.close();
    }
  }

  private void become(ClientState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(identity + ": " + state + " cannot become " + next);
    }
    state = next;
  }

  private ServerConnection linked() {
    ServerConnection current = server;
    if (current == null) {
      throw new IllegalStateException(identity + " is not linked but " + state);
    }
    return current;
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext current = ctx;
    if (current == null) {
      throw new IllegalStateException(identity + " is not in a pipeline yet");
    }
    return current;
  }

  @Override
  public String toString() {
    return identity + " " + state;
  }
}

package dev.howdah.pooler.client;

import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.SessionState;
import dev.howdah.pooler.notify.Listener;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Waiter;
import dev.howdah.pooler.prepared.ClientStatements;
import dev.howdah.pooler.server.BeginBatch;
import dev.howdah.pooler.server.Holder;
import dev.howdah.pooler.server.LinkedClient;
import dev.howdah.pooler.server.ParameterReport;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.session.Advisor;
import dev.howdah.pooler.session.FirstRequest;
import dev.howdah.pooler.session.HeldBegin;
import dev.howdah.pooler.session.LostTransaction;
import dev.howdah.pooler.session.PinReason;
import dev.howdah.pooler.session.PinView;
import dev.howdah.pooler.session.SessionTracker;
import dev.howdah.pooler.tls.TlsChannel;
import dev.howdah.topology.UnmovableSession;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BrokenFrame;
import dev.howdah.wire.frame.CutMessages;
import dev.howdah.wire.frame.FrontendObserver;
import dev.howdah.wire.frame.FrontendScanner;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.TransactionStatus;
import dev.howdah.wire.startup.Replication;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private static final int READY_BYTES = 6;
  private static final int PENDING_BYTES_MAX = 1 << 16;
  private static final long GATE_LOOK_MILLIS = 5;

  private final ClientIdentity identity;
  private final PoolShard shard;
  private final ClientHouse house;
  private final FrontendScanner scanner;
  private PoolMode mode; // of the pool; a reload may change it between transactions
  private @Nullable SessionTracker tracker; // null when nothing has to follow the client
  private @Nullable Aftermath aftermath; // with the tracker
  private @Nullable SessionAdvice advice; // null when its texts are not read for advice
  private @Nullable HeldBegin held; // with the tracker
  private @Nullable FirstRequest firstRequest; // with the tracker
  private final Recovery recovery = new Recovery(this);
  private Settings baseline = Settings.NONE; // what it asked for at login

  private ClientState state = ClientState.LOGGING_IN;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ServerConnection server;
  private @Nullable ByteBuf pending; // asked for, but not yet relayed
  private Settings settings;
  private @Nullable SessionStart opening; // null once it is welcome
  private CancelKeys.@Nullable Key key;
  private boolean unflushed;
  private boolean reading; // inside channelRead: its end will flush
  private Settings settingsAtLink = Settings.NONE; // what a transaction that is lost goes back to
  private @Nullable NotificationInbox inbox; // null until it listens
  private boolean readyWithheld; // the server has said that it is ready, and the client not heard
  private boolean suspended; // until the listener has answered
  private boolean gated; // what is pending waits for an answer to us rather than for its own rest

  private final @Nullable String targetOption; // of its startup packet
  private @Nullable Destination destination; // null where there is nothing to choose
  private PoolShard at; // where its transaction runs: our own shard, or one of a replica

  private final ClientDeadlines deadlines = new ClientDeadlines();
  private final QueryTimes times;
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
    this.settings = wanted.without(DestinationFinder.OPTION);
    this.targetOption = wanted.values().get(DestinationFinder.OPTION);
    this.at = shard;
    this.scanner = new FrontendScanner(house.messageBytesMax());
    this.times =
        new QueryTimes(
            SlowLog.of(identity, this::applicationName, house.config().log().minDurationMillis()));
    this.mode = isReplication() ? PoolMode.SESSION : shard.mode();
    if (mode != PoolMode.SESSION || (shard.pool().isReplaceable() && !isReplication())) {
      track(); // in session pooling, too, if the session may have to move to another primary
    }
  }

  /** What the client leaves behind follows it from now on, if that is wanted. */
  private void track() {
    int max = house.preparedStatementsMax();
    SessionState follows = house.sessionState();
    if (max == 0 && follows == SessionState.OFF) {
      return;
    }
    SessionTracker follower =
        new SessionTracker(
            new TrackedSession(this, shard.pool(), house),
            follows,
            shard.lane().sqlReader(),
            max > 0 ? new ClientStatements(shard.pool().statements(), max) : null);
    follower.begin(baseline);
    tracker = follower;
    aftermath = new Aftermath(this, follower, house.pinCounters());
    held = follower.newHeldBegin();
    firstRequest = follower.newFirstRequest();
  }

  // ---- login ----

  /** Welcomes the client, at once when it is known what to say, else after asking a server. */
  void start() {
    long now = shard.lane().nowNanos();
    times.onConnected(now);
    deadlines.begin(now);
    shard.lane().enter(this);
    if (mode == PoolMode.SESSION && !isReplication() && house.advises()) {
      advice =
          new SessionAdvice(
              new Advisor(
                  house.advice(),
                  shard.database(),
                  this::applicationName,
                  shard.lane().sqlReader()),
              shard.pool().load());
    }
    destination =
        DestinationFinder.find(
            this, house, shard, identity.user(), targetOption, context().channel().localAddress());
    SessionStart begun = new SessionStart(this, identity, shard, house);
    opening = begun;
    begun.run(settings);
  }

  /** Whether the client has been told that it is logged in. */
  boolean isWelcomed() {
    return state != ClientState.LOGGING_IN;
  }

  /** The client went away, or could not be brought to our event loop. Any thread. */
  void neverStarted() {
    end("client unexpected eof");
  }

  boolean isReplication() {
    return identity.startup().replication() != Replication.OFF;
  }

  boolean linksAtLogin() {
    return mode == PoolMode.SESSION && house.linkSessionsAtLogin();
  }

  /** The session begins with these settings, which PostgreSQL has accepted. */
  void begin(Settings accepted) {
    settings = accepted;
    baseline = accepted;
    if (tracker != null) {
      tracker.begin(accepted);
    }
  }

  /** The client has been told that it is welcome; what it sent meanwhile is looked at. */
  void onWelcomed(CancelKeys.Key issued) {
    opening = null;
    key = issued;
    ByteBuf early = pending;
    pending = null;
    context().channel().config().setAutoRead(true);
    if (early != null) {
      channelRead(context(), early);
      channelReadComplete(context());
    }
  }

  /** The server connection was only looked at. */
  void unlinkAfterLogin() {
    ServerConnection looked = linked();
    server = null;
    become(ClientState.IDLE);
    looked.unlink();
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
    if (state == ClientState.LINKED) {
      recovery.onMore();
    }
    reading = true;
    take(in);
    reading = false;
  }

  private void take(ByteBuf in) {
    try {
      switch (state) {
        case LINKED -> {
          if (recovery.isRefused()) {
            keep(in); // until what came before has found another place
          } else {
            relayToServer(in);
          }
        }
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
    if (recovery.isInLost() && !answersLost(in)) {
      return;
    }
    boolean found = scanner.skipToRequest(in);
    while (found && !scanner.terminated()) {
      HeldBegin.Answer answer = answerAlone(in);
      if (answer == HeldBegin.Answer.NOT_OURS) {
        break;
      }
      found =
          answer == HeldBegin.Answer.GIVEN
              && state == ClientState.IDLE
              && scanner.skipToRequest(in);
    }
    if (state == ClientState.CLOSED) {
      return; // we drain, and a transaction that was held has ended
    }
    if (scanner.terminated()) {
      goodbye();
    } else if (found) {
      become(ClientState.WAITING);
      findServer(in);
      if (state == ClientState.WAITING) {
        statement = StatementMark.of(in, statement);
      }
    } else if (!in.isReadable()) {
      pending = null;
      in.release();
    }
  }

  /**
   * Answers a client whose transaction has lost its server.
   *
   * @return whether the transaction is over, and there is more to be looked at
   */
  private boolean answersLost(ByteBuf in) {
    LostTransaction.Progress progress = recovery.answerLost(in);
    if (!reading) {
      flush();
    }
    if (progress == LostTransaction.Progress.GOODBYE) {
      goodbye();
    } else if (progress == LostTransaction.Progress.OVER) {
      onHeldEnded();
    }
    if (state == ClientState.IDLE && !in.isReadable()) {
      pending = null;
      in.release();
      return false;
    }
    return state == ClientState.IDLE && progress == LostTransaction.Progress.OVER;
  }

  /** A transaction that had no server is over. */
  private void onHeldEnded() {
    if (inbox != null && mayBeNotified()) {
      inbox.deliver();
    }
    leaveIfDraining();
  }

  private void findServer(ByteBuf request) {
    Destination choice = destination;
    if (choice == null || isReplication()) {
      shard.checkout(this);
    } else {
      choice.choose(held, firstRequest, settings, request);
    }
  }

  /** The transaction that waits for a server is to run there. */
  void goTo(PoolShard chosen) {
    at = chosen;
    chosen.checkout(this);
    ServerConnection found = server;
    if (!reading && found != null) {
      found.flush(); // nobody else will
    }
  }

  /** Answers a message about nothing but what we keep for the client. */
  private HeldBegin.Answer answerAlone(ByteBuf in) {
    SessionTracker follower = tracker;
    HeldBegin begun = held;
    if (follower == null || begun == null) {
      return HeldBegin.Answer.NOT_OURS;
    }
    boolean tryHeld = begun.mayAnswer(in);
    if (!tryHeld && !SessionTracker.mayAnswerAlone(in)) {
      return HeldBegin.Answer.NOT_OURS;
    }
    ByteBuf out = context().alloc().buffer(32);
    boolean wasOpen = begun.isOpen();
    int from = in.readerIndex();
    HeldBegin.Answer answer = HeldBegin.Answer.NOT_OURS;
    if (tryHeld) {
      boolean mayBegin = shard.mode() == PoolMode.TRANSACTION && house.holdsBegin();
      answer = begun.answer(in, out, mayBegin);
    }
    if (answer == HeldBegin.Answer.NOT_OURS
        && !begun.isOpen()
        && SessionTracker.mayAnswerAlone(in)
        && follower.answersAlone(in, out)) {
      answer = HeldBegin.Answer.GIVEN;
    }
    if (answer == HeldBegin.Answer.GIVEN) {
      countAnswered(in.readerIndex() - from, out, wasOpen && !begun.isOpen());
      relay(out);
      if (wasOpen && !begun.isOpen()) {
        onHeldEnded();
      }
    } else {
      out.release();
    }
    return answer;
  }

  /** A statement of ours behind the BEGIN that was held back, if there is one: in one query. */
  String behindBegin(String sql) {
    HeldBegin begun = held;
    if (begun == null || !begun.isOpen()) {
      return sql;
    }
    begun.onSent();
    return BeginBatch.sql(begun.modes()) + "; " + sql;
  }

  /** What was answered without a server counts like anything else. */
  private void countAnswered(int bytes, ByteBuf answer, boolean transaction) {
    PoolCounters counters = shard.counters();
    counters.onReceived(bytes);
    int end = answer.writerIndex();
    if (end >= READY_BYTES && answer.getByte(end - READY_BYTES) == 'Z') {
      counters.onQueries(1, 0);
    }
    if (transaction) {
      counters.onTransactions(1, 0);
    }
  }

  /** Whether it is in a transaction that no server knows of. */
  boolean holdsBegin() {
    return recovery.isInLost() || (held != null && held.isOpen());
  }

  @Override
  public void onCheckout(ServerConnection checkedOut) {
    SessionStart begun = opening;
    if (begun != null) {
      server = checkedOut;
      times.onLinked(shard.lane().nowNanos());
      checkedOut.link(this, checkedOut.settings());
      begun.onCheckout(checkedOut, settings);
      return;
    }
    become(ClientState.LINKED);
    server = checkedOut;
    mode = shard.mode();
    if (tracker == null && mode != PoolMode.SESSION) {
      track(); // the pool's mode was session when the client logged in
    }
    times.onLinked(shard.lane().nowNanos());
    settingsAtLink = settings;
    checkedOut.link(this, settings);
    if (holdsBegin()) {
      checkedOut.statements().onOwnParse(); // BEGIN will be the unnamed statement
    }
    if (tracker != null) {
      tracker.onLink(settings, checkedOut);
      if (holdsBegin()) {
        tracker.onHeldBegin();
      }
    }
    if (!reading) {
      context().channel().config().setAutoRead(true); // what follows may stop it again
    }
    ByteBuf asked = pending;
    pending = null;
    if (asked != null) {
      if (destination != null && at != shard) {
        recovery.onFirstRequest(asked, destination.mayWrite());
      }
      take(asked);
    }
  }

  private void relayToServer(ByteBuf in) {
    ServerConnection to = linked();
    if (to.isAsking() || suspended) {
      gated = true;
      keep(in);
      return;
    }
    if (!to.mayForward()) {
      keep(in);
      lookAtGateSoon();
      return;
    }
    if (inbox != null) {
      inbox.forgetExpected();
    }
    if (!to.isOwingClient()) { // it may owe us an answer of our own, to what was put before
      times.onAsked(to.status() != 'I', isKept());
      if (advice != null) {
        advice.onAsked();
      }
      if (scanner.atBoundary()) {
        statement = StatementMark.of(in, statement);
      }
    }
    int relayable;
    try {
      relayable = scanner.scan(in, to.awaited(), observer());
    } catch (BrokenFrame e) {
      in.release();
      if (tracker != null) {
        tracker.splices().clear();
      }
      throw e;
    }
    at.counters().onReceived(relayable); // what is left comes again, or is a goodbye
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
    if (gated && aftermath != null && !to.isOwing()) {
      aftermath.runErrand();
    }
    if (!to.isWritable()) {
      to.flush();
      if (!to.isWritable()) {
        context().channel().config().setAutoRead(false);
      }
    }
  }

  /** The primary may not be sent anything at this moment: sees whether it may a little later. */
  private void lookAtGateSoon() {
    loop()
        .schedule(
            () -> {
              ByteBuf kept = pending;
              if (state == ClientState.LINKED && kept != null && !gated) {
                pending = null;
                takeKept(kept);
              }
            },
            GATE_LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
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
    recovery.relay(bytes, at != shard);
  }

  /** Sends bytes to the client; takes over the buffer. */
  void send(ByteBuf bytes) {
    ChannelHandlerContext to = context();
    deadlines.onRead();
    if (destination != null) {
      destination.onWords();
    }
    at.counters().onSent(bytes.readableBytes());
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
    if (inbox != null && mayBeNotified()) {
      inbox.deliver();
      flush();
    }
    changed.fireChannelWritabilityChanged();
  }

  @Override
  public @Nullable String onParameter(String name, String value) {
    String told = tracker == null ? value : tracker.told(name, value, settings);
    settings = linked().settings();
    if (tracker != null) {
      tracker.onSettings(settings);
    }
    return told;
  }

  @Override
  public @Nullable ByteBuf translateError(ByteBuf body) {
    return tracker == null ? null : tracker.translateError(body);
  }

  @Override
  public void onError() {
    if (tracker != null) {
      tracker.onError();
    }
  }

  @Override
  public void onSettled(byte status) {
    if (recovery.isRefused()) {
      ServerConnection replica = linked();
      recovery.redo();
      replica.cleanUp("");
      return;
    }
    recovery.onSettled(status);
    deadlines.onSettled();
    times.onAnswered(linked(), at.counters());
    if (advice != null) {
      advice.onSettled(status);
    }
    if (destination != null && status == 'I') {
      destination.onTransactionEnd(at);
    }
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
      if (aftermath != null) {
        aftermath.runErrand();
      }
      return;
    }
    boolean kept = mode == PoolMode.SESSION && !mayLeaveSessionMode();
    if (!scanner.atBoundary() || (kept && tracker == null)) {
      if (readyWithheld) {
        tellReady();
        flush();
      }
      leaveIfDraining();
    } else if (aftermath == null) {
      release();
      leaveIfDraining();
    } else {
      aftermath.settle();
    }
  }

  // ---- notifications ----

  /** Where its notifications wait; made when it is first asked for. */
  NotificationInbox inbox(Listener listener) {
    NotificationInbox there = inbox;
    if (there == null && tracker != null) {
      there = new NotificationInbox(this, tracker.channels(), listener);
      inbox = there;
    }
    if (there == null) {
      throw new IllegalStateException(identity + " is not tracked");
    }
    return there;
  }

  /** Has the pool's listener hear channels; what the client sends meanwhile is kept. */
  void subscribe(Set<String> channels, Consumer<Boolean> onDone) {
    suspended = true;
    inbox(shard.pool().listener())
        .subscribe(
            channels,
            done -> {
              suspended = false;
              if (state == ClientState.LINKED) { // it may have left meanwhile
                onDone.accept(done);
              }
            });
  }

  @Override
  public boolean withholdsReady(byte status) {
    readyWithheld =
        status == 'I' && inbox != null && tracker != null && tracker.channels().areSubscribed();
    return readyWithheld;
  }

  /**
   * The exchange with the server is over, and nothing unknown. A client that listens first hears
   * what its own transaction has notified, as PostgreSQL does it, then that the server is ready.
   */
  void endExchange() {
    boolean notified = tracker != null && tracker.takeNotified();
    NotificationInbox box = inbox;
    if (!readyWithheld || box == null) {
      keepOrRelease();
    } else if (!notified) {
      tellReady();
      flush();
      keepOrRelease();
    } else {
      suspended = true;
      box.catchUp(() -> {
        suspended = false;
        if (state == ClientState.LINKED) { // it may have left meanwhile
          tellReady();
          flush();
          keepOrRelease();
        }
      });
    }
  }

  private void tellReady() {
    readyWithheld = false;
    if (inbox != null) {
      inbox.deliver(linked().identity().processId());
    }
    ByteBuf out = context().alloc().buffer(8);
    new ReadyForQuery(TransactionStatus.IDLE).encode(out);
    relay(out);
  }

  /** Whether a notification may be put into the stream now. */
  boolean mayBeNotified() {
    if (!isWritable()) {
      return false;
    }
    ServerConnection used = server;
    return switch (state) {
      case IDLE, WAITING -> !holdsBegin();
      case LINKED ->
          used != null
              && !readyWithheld
              && !used.isOwingClient()
              && !used.isAsking() // settings put before its next message do not count
              && used.status() == 'I'
              && scanner.atBoundary()
              && used.atBoundary();
      case LOGGING_IN, CLOSED -> false;
    };
  }

  /** The process id that the client knows itself by; 0 before it was told one. */
  int processId() {
    CancelKeys.Key issued = key;
    return issued == null ? 0 : issued.processId();
  }

  @Override
  public void onAligned() {
    if (gated && aftermath != null && !linked().isOwing()) {
      aftermath.runErrand();
    }
  }

  /** The session has these settings, as an audit found. */
  void follow(Settings found) {
    settings = found;
  }

  /** Between transactions, with nothing unknown: keeps the server connection or lets it go. */
  void keepOrRelease() {
    if (isPinned() || (mode == PoolMode.SESSION && !mayLeaveSessionMode())) {
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
  void resume() {
    if (gated) {
      takePending();
    }
  }

  /** Goes on with whatever the client has sent and nobody has looked at. */
  void takePending() {
    gated = false;
    context().channel().config().setAutoRead(true);
    ByteBuf kept = pending;
    pending = null;
    if (kept != null) {
      takeKept(kept);
    }
  }

  private void takeKept(ByteBuf kept) {
    take(kept);
    ServerConnection to = server;
    if (to != null) {
      to.flush();
    }
    flush();
  }

  private FrontendObserver observer() {
    if (tracker != null) {
      return tracker;
    }
    return advice == null ? FrontendObserver.NONE : advice.reader();
  }

  private void relayTo(ServerConnection to, ByteBuf bytes) {
    if (tracker != null && !tracker.splices().isEmpty()) {
      tracker.splices().apply(context().alloc(), bytes, spliced -> writeTo(to, spliced));
    } else if (bytes.isReadable()) {
      writeTo(to, bytes);
    } else {
      bytes.release();
    }
  }

  /** Writes what a server has to answer; before the first of it, the BEGIN that was held back. */
  private void writeTo(ServerConnection to, ByteBuf bytes) {
    recovery.onAsking(bytes, at != shard);
    HeldBegin begun = held;
    if (begun != null && begun.isOpen()) {
      to.begin(begun.modes());
      begun.onSent();
    }
    to.write(bytes);
  }

  /** A reload has changed the pool mode: what the session left behind goes with its connection. */
  private boolean mayLeaveSessionMode() {
    return shard.mode() != PoolMode.SESSION && !isReplication();
  }

  @Override
  public void onServerLost(@Nullable ErrorFields error) {
    server = null;
    if (recovery.redo()) {
      return;
    }
    if (error != null) {
      refuse(error);
    } else {
      flush();
      vanish("the server connection was closed");
    }
  }

  @Override
  public void onNodeLost(ServerConnection gone, boolean wholeAnswers) {
    server = null;
    SessionStart begun = opening;
    if (begun != null && !isReplication()) {
      begun.run(settings); // it was only looked at
    } else if (at == shard) {
      recovery.onPrimaryLost(gone, wholeAnswers);
    } else {
      recovery.onReplicaLost(gone, wholeAnswers);
    }
  }

  /** The link is over, and what was asked on it comes to nothing. */
  void leaveServer() {
    server = null;
    readyWithheld = false;
    become(ClientState.IDLE);
    if (tracker != null) {
      tracker.onSettled();
    }
    context().channel().config().setAutoRead(true);
  }

  /** Asks for something again that the server which is lost has not answered. */
  void askElsewhere(ByteBuf request) {
    ByteBuf later = pending;
    pending = later == null ? request : CutMessages.join(context().alloc(), request, later);
    become(ClientState.WAITING);
    if (destination != null) {
      destination.retry();
    }
  }

  /** What was set in a transaction that is lost is undone. */
  void restoreSettings() {
    settings = settingsAtLink;
    if (tracker != null) {
      tracker.onSettings(settings);
    }
  }

  @Nullable SessionTracker tracker() {
    return tracker;
  }

  @Nullable HeldBegin held() {
    return held;
  }

  /** Whether the server has said that it is ready, and the client not heard. */
  boolean withholdsReady() {
    return readyWithheld;
  }

  /** Ends in the middle of an answer, where nothing can be said. */
  void leaveAtOnce(String reason) {
    flush();
    vanish(reason);
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
    if (state == ClientState.WAITING) {
      times.onWaited(nanos);
    }
  }

  @Override
  public void onRefused(ErrorFields error) {
    if (destination != null && at != shard && state == ClientState.WAITING) {
      destination.onReplicaRefused();
      return;
    }
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
    if (asked == null || holdsBegin() || !isOneStatement(asked)) {
      return;
    }
    at.forget(this);
    if (destination != null) {
      destination.forget();
    }
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

  private boolean isOneStatement(ByteBuf asked) {
    var asks = new AwaitedReplies();
    var reader = new FrontendScanner(house.messageBytesMax());
    return reader.scan(asked, asks) == asked.readableBytes()
        && reader.atBoundary()
        && asks.owed() == 1
        && asks.endsWithFence();
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
        holdsBegin() && state == ClientState.IDLE ? ClientState.LINKED : state,
        identity.address(),
        context().channel().localAddress(),
        TlsChannel.describe(context().channel()),
        times.connectedAt(),
        times.queryStart(),
        times.linkedAt(),
        applicationName(),
        statement,
        linked == null ? 0 : linked.id(),
        linked == null ? 0 : linked.identity().processId(),
        aftermath == null || linked == null ? null : aftermath.pin());
  }

  /** Its latest statement, as {@link StatementMark} has it. */
  long statement() {
    return statement;
  }

  /** The time on its event loop; coarse. */
  long nowNanos() {
    return shard.lane().nowNanos();
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
            times.linkedAt());
  }

  /** Its channel. */
  public Channel channel() {
    return context().channel();
  }

  /** The server connection it has; null for none. */
  public @Nullable ServerConnection server() {
    return server;
  }

  /** The settings it has asked for or changed. */
  @Override
  public Settings settings() {
    return settings;
  }

  /**
   * Process id and secret of its cancel key as one number; null for none, or one that is longer.
   */
  public @Nullable Long cancelKey() {
    CancelKeys.Key issued = key;
    return issued == null ? null : issued.asNumber();
  }

  String applicationName() {
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
    if (destination != null && leavesReplica(destination, used, now)) {
      return;
    }
    ErrorFields over = null;
    if (state == ClientState.IDLE) {
      over =
          holdsBegin() ? deadlines.idleInTransaction(limits(), now) : deadlines.idle(limits(), now);
    } else if (state == ClientState.LINKED && used != null) {
      Set<PinReason> pins = tracker == null ? Set.of() : tracker.pins();
      over =
          deadlines.linked(
              limits(), house.pinIdleTimeout(), used, mode, pins, times.linkedAt(), now);
      if (over != null && over.message().equals(ClientDeadlines.PIN_IDLE_TIMEOUT)) {
        LOG.info("{} idle with its server connection: it {}", identity, PinReason.phrase(pins));
      }
    }
    if (over != null) {
      refuse(over);
    }
  }

  /** Goes elsewhere when the replica that is to serve the client does not answer any more. */
  private boolean leavesReplica(Destination choice, @Nullable ServerConnection used, long now) {
    if (state == ClientState.WAITING && choice.isExcluded(at)) {
      at.forget(this);
      choice.onReplicaRefused();
      return true;
    }
    if (used != null && recovery.mayRedo(now - times.queryStart()) && choice.isSilent(at)) {
      recovery.redo();
      used.close("the replica does not answer");
      return true;
    }
    return false;
  }

  @Override
  public @Nullable UnmovableSession unmovable(long now) {
    if (server == null || at != shard || !shard.pool().isReplaceable() || !isImmovable()) {
      return null;
    }
    PinView pin = aftermath == null ? null : aftermath.pin();
    String reason =
        tracker == null
            ? isReplication() ? "is a replication connection" : "is not followed"
            : PinReason.phrase(tracker.pins());
    long sinceNanos = pin == null ? times.linkedAt() : pin.sinceNanos();
    return new UnmovableSession(
        identity.toString(), reason, TimeUnit.NANOSECONDS.toMillis(now - sinceNanos));
  }

  /** Whether the session is more than what could be taken along to another server connection. */
  boolean isImmovable() {
    return tracker == null || isPinned();
  }

  /** Whether the server connection stays with the client between transactions. */
  boolean isKept() {
    return mode == PoolMode.SESSION || isPinned();
  }

  /** Whether its session state keeps the server connection with it. */
  public boolean isPinned() {
    return tracker != null && tracker.isPinned();
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
      send(out);
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
          case IDLE -> !holdsBegin();
          case LOGGING_IN, WAITING -> at.isHeld(); // nobody will end the pause any more
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
      at.forget(this);
    }
    become(ClientState.CLOSED);
    if (house.logsDisconnections()) {
      long age = (shard.lane().nowNanos() - times.connectedAt()) / 1_000_000_000L;
      LOG.info("{} closing because: {} (age={}s)", identity, reason, age);
    }
    ByteBuf rest = pending;
    pending = null;
    if (rest != null) {
      rest.release();
    }
    if (advice != null) {
      advice.onEnd();
    }
    recovery.close();
    CancelKeys.Key issued = key;
    if (issued != null) {
      house.cancelKeys().revoke(issued);
    }
    if (inbox != null) {
      inbox.close();
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

  void become(ClientState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(identity + ": " + state + " cannot become " + next);
    }
    state = next;
  }

  /** The server connection that it has. */
  ServerConnection linked() {
    ServerConnection current = server;
    if (current == null) {
      throw new IllegalStateException(identity + " is not linked but " + state);
    }
    return current;
  }

  ChannelHandlerContext context() {
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

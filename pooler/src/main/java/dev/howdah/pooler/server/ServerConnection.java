package dev.howdah.pooler.server;

import dev.howdah.pooler.epoch.EpochPass;
import dev.howdah.pooler.log.LogSubject;
import dev.howdah.pooler.prepared.ServerStatements;
import dev.howdah.pooler.server.OwnStatement.Kind;
import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.pooler.tls.TlsChannel;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.BrokenFrame;
import dev.howdah.wire.message.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One logged-in connection to PostgreSQL, on the event loop that owns it; every method is to be
 * called there.
 *
 * <p><b>Two kinds of traffic share it.</b> A linked client's bytes are relayed both ways,
 * untouched, by the {@link ServerStream}. Statements of our own ({@link OwnStatement}) are answered
 * before anything the client asked afterwards; their answers are cut out of the stream. Two may be
 * pending, settings and then BEGIN.
 *
 * <p><b>When is a link over?</b> {@link AwaitedReplies} knows what the server still owes; with the
 * last ReadyForQuery relayed, {@link LinkedClient#onSettled} leaves the decision to the client's
 * side, which knows the pool mode. Where it cannot be known whether one more ReadyForQuery is to
 * come, an empty query of ours finds out: whatever comes before its answer is the client's.
 *
 * <p><b>A connection in doubt is closed</b>: bytes nobody asked for, a broken frame, a statement of
 * ours that fails, a client that vanished in the middle of a message.
 */
public final class ServerConnection implements LogSubject {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** The most that {@link #fit} answers. */
  public static final int FITS_BEST = 3;

  private static final String IDENTITY_QUESTION =
      "SELECT system_identifier, pg_catalog.pg_is_in_recovery() FROM"
          + " pg_catalog.pg_control_system()";

  private static final int ABANDONED_CANCELS_MAX = 10;
  private static final int ABANDONED_CANCEL_PAUSE_MILLIS = 500;

  private final ServerIdentity identity;
  private final ServerStream stream = new ServerStream(new Events());
  private final ReportedParameters parameters;
  private final PendingCancels cancels;
  private final AwaitedReplies awaited = new AwaitedReplies();
  private final ServerStatements statements = new ServerStatements();
  private final @Nullable EpochPass pass;
  private final long openedAtNanos;

  private long id;
  private ServerOwner owner;
  private ServerState state = ServerState.BUSY;
  private @Nullable LinkedClient client;
  private Settings settings = Settings.NONE;
  private Set<String> customNames = Set.of(); // of settings that it has ever known
  private byte status = 'I';
  private @Nullable OwnStatement own;
  private @Nullable OwnStatement ownNext; // sent behind it
  private @Nullable Runnable afterScan; // continuation of a statement of ours answered in this read
  private boolean readySeen;
  private int queriesEnded; // ReadyForQuery messages since the client last took the count
  private int transactionsEnded; // those among them that ended a transaction
  private boolean fatalSeen;
  private boolean goodbyeSaid;
  private boolean used;
  private @Nullable String retirement;
  private long usedAtNanos;
  private long busySinceNanos; // as seen at ticks; 0 when it was not busy

  /**
   * A connection that has just logged in; {@link #start} sets it to work.
   *
   * @param pass what it was opened under; null for a server that nobody replaces
   * @param nowNanos monotonic
   */
  public ServerConnection(
      ServerIdentity identity,
      Canceller canceller,
      ServerOwner owner,
      @Nullable EpochPass pass,
      long nowNanos) {
    this.identity = identity;
    this.pass = pass;
    this.parameters = new ReportedParameters(identity.parameters());
    this.cancels =
        new PendingCancels(
            identity, canceller, () -> channel().eventLoop(), this::onCancelDelivered);
    this.owner = owner;
    this.openedAtNanos = nowNanos;
    this.usedAtNanos = nowNanos;
  }

  /** Takes over the channel it logged in on, and reads from it. */
  public void attach(Channel channel) {
    channel.pipeline().addLast(stream);
    channel.config().setAutoRead(true);
  }

  // ---- what others may know ----

  /** The number that the console shows; zero before {@link #setId}. */
  public long id() {
    return id;
  }

  /** Gives it its number in this process. */
  public void setId(long newId) {
    id = newId;
  }

  /** What the server told us at login. */
  public ServerIdentity identity() {
    return identity;
  }

  /** ParameterStatus values as last reported, under PostgreSQL's spelling. */
  public Map<String, String> parameters() {
    return parameters.now();
  }

  /** What it was opened under; null for a server that nobody replaces. */
  public @Nullable EpochPass pass() {
    return pass;
  }

  /** Whether another server can take the place of this one, so that its loss is not the end. */
  private boolean mayBeReplaced() {
    return pass != null || owner.isOfReplica();
  }

  /** Whether what its client sends next may be forwarded at this moment: the forward gate. */
  public boolean mayForward() {
    EpochPass under = pass;
    if (under == null) {
      return true;
    }
    boolean begins = status == 'I' && awaited.settled();
    return begins ? under.admitsTransactions() : under.isGood();
  }

  /** Where it stands. */
  public ServerState state() {
    return state;
  }

  /** Whether the server still works on something it was asked. */
  public boolean isOwing() {
    return own != null || !awaited.settled();
  }

  /** Whether it is busy with a statement of ours that nothing of the client's may follow yet. */
  public boolean isAsking() {
    return own != null && (own.kind() == Kind.QUESTION || own.kind() == Kind.ALONE);
  }

  /** Whether answers to the client's own requests are to come. */
  public boolean isOwingClient() {
    return !awaited.settled();
  }

  /** Number of ReadyForQuery messages the client got since this was last asked. */
  public int takeQueriesEnded() {
    int count = queriesEnded;
    queriesEnded = 0;
    return count;
  }

  /** How many of those said that no transaction is open, since this was last asked. */
  public int takeTransactionsEnded() {
    int count = transactionsEnded;
    transactionsEnded = 0;
    return count;
  }

  /** The status byte of the last ReadyForQuery: I, T or E. */
  public byte status() {
    return status;
  }

  /** The settings last applied to it, or changed by its client. */
  public Settings settings() {
    return settings;
  }

  /** What the linked client's messages have to be noted in. */
  public AwaitedReplies awaited() {
    return awaited;
  }

  /** The prepared statements it has. */
  public ServerStatements statements() {
    return statements;
  }

  /** Monotonic time of login. */
  public long openedAtNanos() {
    return openedAtNanos;
  }

  /** Whether a client ever had it. */
  public boolean wasUsed() {
    return used;
  }

  /** Monotonic time it was last released; coarse. */
  public long usedAtNanos() {
    return usedAtNanos;
  }

  /** Notes when it was last used. */
  public void touch(long nowNanos) {
    usedAtNanos = nowNanos;
  }

  /** The client it serves, if it is linked. */
  public @Nullable LinkedClient client() {
    return client;
  }

  /** Why it has to be closed at its release rather than used again; null if it need not. */
  public @Nullable String retirement() {
    return retirement;
  }

  /** Marks it to be closed as soon as it is released. */
  public void retire(String reason) {
    if (retirement == null) {
      retirement = reason;
    }
  }

  /**
   * Whether the client has been sent whole messages only. In the middle of a row nothing of ours
   * may be put into the stream: the client would take it for data.
   */
  public boolean atBoundary() {
    return isHidden() || stream.atBoundary();
  }

  /** Its channel. */
  public Channel channel() {
    return stream.channel();
  }

  // ---- link ----

  /**
   * Pairs this idle connection with a client whose settings are {@code wanted}. When its own
   * differ, the statement that changes them goes first, in the same packet as what the client sends
   * next.
   */
  public void link(LinkedClient linked, Settings wanted) {
    assert state == ServerState.IDLE : this;
    client = linked;
    used = true;
    state = ServerState.LINKED;
    awaited.trackCompletions(false); // until the client asks for it
    align(wanted);
  }

  private void onReplayed(Settings wanted, @Nullable ErrorFields error) {
    if (error == null) {
      noteSettings(wanted);
      cancels.sendHeld();
      LinkedClient linked = client;
      if (linked != null && awaited.settled()) {
        afterScan = linked::onAligned;
      }
    } else {
      lose(ServerErrors.settingsRefused(error), "settings refused: " + error.message());
    }
  }

  /**
   * Applies {@code wanted} for a client that has sent nothing yet, and says whether PostgreSQL
   * accepted them; refused settings leave the connection as it was.
   */
  public void trySettings(Settings wanted, OnSettings onAnswer) {
    assert state == ServerState.LINKED : this;
    if (settings.equals(wanted)) {
      onAnswer.answered(null);
      return;
    }
    send(
        "settings",
        settings.switchSql(wanted),
        Kind.ALONE,
        (error, rows) -> {
          if (error == null) {
            noteSettings(wanted);
          }
          onAnswer.answered(error);
        });
    flush();
  }

  /**
   * Asks the server something about the session that its client has left there. Everything the
   * client asked must have been answered; it must ask nothing until the answer has come ({@link
   * #isOwing}).
   */
  public void ask(String name, String sql, OnRows onAnswer) {
    assert state == ServerState.LINKED && !isOwing() : this;
    send(name, sql, Kind.QUESTION, onAnswer::answered);
    flush();
  }

  /**
   * Has a batch of ours answered, under the same conditions.
   *
   * @param batch up to a Sync; taken over
   */
  public void ask(String name, ByteBuf batch, OnRows onAnswer) {
    assert state == ServerState.LINKED && !isOwing() : this;
    own = new OwnStatement(name, Kind.QUESTION, onAnswer::answered);
    stream.write(batch);
    flush();
  }

  /** The answer to {@link #ask}. */
  @FunctionalInterface
  public interface OnRows {
    /**
     * {@code error} is PostgreSQL's, or null; the rows are texts in the database's encoding as far
     * as the question made them so.
     */
    void answered(@Nullable ErrorFields error, List<List<@Nullable String>> rows);
  }

  /** Notes what the session is known to have been set to, without a statement of ours. */
  public void noteSettings(Settings found) {
    settings = found;
    for (String name : found.customNames()) {
      noteCustomName(name);
    }
  }

  /**
   * Notes that the session knows a custom setting now, such as {@code my.x}, whatever its value.
   */
  public void noteCustomName(String name) {
    if (!customNames.contains(name)) {
      Set<String> more = new HashSet<>(customNames);
      more.add(name);
      customNames = more;
    }
  }

  /** Whether it knows no custom setting that a client with these settings does not have. */
  public boolean knowsOnly(Settings wanted) {
    return customNames.isEmpty() || wanted.values().keySet().containsAll(customNames);
  }

  /** How well it fits a client with these settings: from 0 to {@link #FITS_BEST}. */
  public int fit(Settings wanted) {
    return (knowsOnly(wanted) ? 2 : 0) + (settings.equals(wanted) ? 1 : 0);
  }

  /** Gives the session of the linked client these settings before anything it asks next. */
  public void align(Settings wanted) {
    if (!settings.equals(wanted)) {
      send(
          "settings",
          settings.switchSql(wanted),
          Kind.BEFORE_CLIENT,
          (error, rows) -> onReplayed(wanted, error));
    }
  }

  /**
   * Begins a transaction before anything the client asks next, in the same packet. To be called
   * right before its bytes are written.
   */
  public void begin(TransactionModes modes) {
    assert state == ServerState.LINKED && status == 'I' : this;
    var begin = new OwnStatement("BEGIN", Kind.BEGIN, (error, rows) -> onBegun(error));
    if (own == null) {
      own = begin;
    } else {
      ownNext = begin;
    }
    status = 'T'; // whatever the server has yet to say
    byte[] batch = BeginBatch.of(modes);
    stream.write(channel().alloc().buffer(batch.length).writeBytes(batch));
  }

  private void onBegun(@Nullable ErrorFields error) {
    if (error != null) {
      // PostgreSQL skips what the client asked: nothing of it has run, and nothing will.
      afterScan =
          () -> lose(error.withSeverity(Severity.FATAL), "BEGIN failed: " + error.message());
    }
  }

  /** The answer to {@link #trySettings}. */
  @FunctionalInterface
  public interface OnSettings {
    /** {@code error} is PostgreSQL's, or null when the settings hold now. */
    void answered(@Nullable ErrorFields error);
  }

  /** Sends a client's bytes on without flushing; takes over the buffer. */
  public void write(ByteBuf bytes) {
    stream.write(bytes);
  }

  /** Flushes what was written since the last flush. */
  public void flush() {
    stream.flush();
  }

  /** Whether the server takes bytes as fast as they come. */
  public boolean isWritable() {
    return stream.isWritable();
  }

  /** Reads again after the client's side was full. */
  public void resumeReading() {
    stream.resumeReading();
  }

  // ---- the end of a link ----

  /** Ends the link of a connection that owes nothing and is in no transaction. */
  public void unlink() {
    assert state == ServerState.LINKED && !isOwing() && status == 'I' : this;
    setClient(null);
    becomeFree();
  }

  /**
   * Ends the link of a client that left between statements: a transaction is rolled back, then
   * {@code resetQuery} runs unless it is empty.
   */
  public void cleanUp(String resetQuery) {
    setClient(null);
    if (status != 'I') {
      state = ServerState.BUSY;
      run("rollback", "ROLLBACK", () -> reset(resetQuery));
    } else {
      reset(resetQuery);
    }
  }

  private void reset(String resetQuery) {
    if (resetQuery.isEmpty() || retirement != null) {
      becomeFree();
      return;
    }
    state = ServerState.BUSY;
    run(
        "reset query",
        resetQuery,
        () -> {
          if (Settings.areResetBy(resetQuery)) {
            settings = Settings.NONE;
          }
          statements.clear();
          becomeFree();
        });
  }

  /**
   * Ends the link of a client that said goodbye before everything it asked was answered: PostgreSQL
   * would have worked through it, so this does too, then cleans up.
   */
  public void drain(String resetQuery) {
    state = ServerState.DRAINING;
    setClient(new DepartedClient(() -> cleanUp(resetQuery)));
    sayGoodbyeUnlessFenced();
  }

  /**
   * A batch that was never synced and a COPY without its end would wait for their client for ever:
   * the goodbye is passed on, and PostgreSQL rolls back and closes.
   */
  private void sayGoodbyeUnlessFenced() {
    if (!awaited.endsWithFence() && !goodbyeSaid) {
      goodbyeSaid = true;
      retire("client left in the middle of a batch");
      stream.write(new FrontendMessage.Terminate(), BackendScanner.HEADER_BYTES);
      flush();
    }
  }

  /**
   * Ends the link of a client that vanished while a statement runs: the statement is cancelled, so
   * that its locks go, and the connection cleaned when the server has answered. When the server
   * waits for bytes that will never come, it is closed instead.
   *
   * @param wholeMessages whether the last message relayed to the server was complete
   */
  public void abandon(String resetQuery, boolean wholeMessages) {
    if (!wholeMessages || !awaited.endsWithFence()) {
      setClient(null);
      state = ServerState.CANCELLING;
      retire("client vanished in the middle of a message or batch");
      cancels.send(() -> {});
      return;
    }
    state = ServerState.DRAINING;
    var departed = new DepartedClient(() -> cleanUp(resetQuery));
    setClient(departed);
    cancelUntilAnswered(departed, ABANDONED_CANCELS_MAX);
  }

  /**
   * A cancel request that overtakes its statement does nothing (docs: "Canceling Requests in
   * Progress"), so it is repeated until the server has answered.
   */
  private void cancelUntilAnswered(DepartedClient departed, int requestsLeft) {
    if (!departed.equals(client) || !isOwing()) {
      return; // answered; by now the connection may work for somebody else
    }
    if (requestsLeft == 0) {
      close("a statement of a vanished client cannot be cancelled");
      return;
    }
    cancel(() ->
        channel()
            .eventLoop()
            .schedule(
                () -> cancelUntilAnswered(departed, requestsLeft - 1),
                ABANDONED_CANCEL_PAUSE_MILLIS,
                TimeUnit.MILLISECONDS));
  }

  private void setClient(@Nullable LinkedClient next) {
    client = next;
    resumeReading(); // whoever had stopped it is gone
  }

  private void becomeFree() {
    if (cancels.any()) {
      state = ServerState.CANCELLING;
      return;
    }
    String reason = retirement;
    if (reason != null) {
      close(reason);
      return;
    }
    state = ServerState.IDLE;
    owner.onFree(this);
  }

  // ---- cancel ----

  /**
   * Asks the server to cancel what it is doing. The connection serves nobody else until the request
   * was delivered, because PostgreSQL would cancel whatever runs on it by then.
   *
   * @param onDone called when that is so
   */
  public void cancel(Runnable onDone) {
    if (own != null && own.kind() == Kind.BEFORE_CLIENT) {
      cancels.hold(onDone);
    } else {
      cancels.send(onDone);
    }
  }

  /** Whether a cancel request is on its way to it; event loop only. */
  public boolean isBeingCancelled() {
    return cancels.any();
  }

  private void onCancelDelivered(boolean certain) {
    if (!certain) {
      retire("a cancel request may still arrive");
    }
    if (state == ServerState.CANCELLING && !cancels.any()) {
      becomeFree();
    }
  }

  // ---- our own statements ----

  /**
   * Sets it to work: {@code connect_query} runs first unless it is empty, then the connection is
   * free.
   */
  public void start(String connectQuery) {
    if (connectQuery.isEmpty()) {
      becomeFree();
    } else {
      run("connect_query", connectQuery, this::becomeFree);
    }
  }

  /**
   * Asks a new connection to the primary whether that is what it leads to: an address may have
   * become another server's, and a standby may be there that was never promoted.
   *
   * @param systemIdentifier of the cluster
   * @param onSame called when it is; it is closed otherwise
   * @param onOther told why it is not, in a few words
   */
  public void verify(String systemIdentifier, Runnable onSame, Consumer<String> onOther) {
    assert state == ServerState.BUSY : this;
    send(
        "identity check",
        IDENTITY_QUESTION,
        Kind.QUESTION,
        (error, rows) -> {
          String trouble = ServerErrors.identityTrouble(systemIdentifier, error, rows);
          if (trouble == null) {
            onSame.run();
          } else {
            close(trouble);
            onOther.accept(trouble);
          }
        });
    flush();
  }

  /**
   * Runs a statement of ours on an idle connection, then calls {@code onSuccess}; closes it
   * otherwise.
   */
  public void check(String sql, Runnable onSuccess) {
    assert state == ServerState.IDLE : this;
    state = ServerState.BUSY;
    run("check query", sql, onSuccess);
  }

  /** Declares the connection clean after {@link #check}, without telling the owner. */
  public void setIdle() {
    state = ServerState.IDLE;
  }

  /**
   * Closes it when a statement of ours has not been answered for too long: a server that is gone
   * without a word would keep its slot.
   *
   * @param max zero is no limit
   */
  public void onTick(long now, Duration max) {
    if (state != ServerState.BUSY) {
      busySinceNanos = 0;
    } else if (busySinceNanos == 0) {
      busySinceNanos = now;
    } else if (max.isPositive() && now - busySinceNanos > max.toNanos()) {
      close((own == null ? "login" : own.name()) + " not answered in time");
    }
  }

  private void run(String name, String sql, Runnable onSuccess) {
    send(
        name,
        sql,
        Kind.ALONE,
        (error, rows) -> {
          if (error == null && status == 'I') {
            onSuccess.run();
          } else {
            close(name + " failed" + (error == null ? "" : ": " + error.message()));
          }
        });
    flush();
  }

  private void send(String name, String sql, Kind kind, OwnStatement.OnAnswer onAnswer) {
    if (own != null) {
      throw new IllegalStateException(name + " while " + own.name() + " is pending on " + this);
    }
    own = new OwnStatement(name, kind, onAnswer);
    statements.onOwnQuery();
    stream.write(new FrontendMessage.Query(sql), sql.length() + 16);
  }

  private boolean isHidden() {
    return own != null && own.isHidden();
  }

  // ---- moving between event loops ----

  /**
   * Takes an idle connection off its loop; {@link #arrive} follows on the new one.
   *
   * @param newOwner told from now on, on its own loop, should the connection be lost on the way
   */
  public void depart(ServerOwner newOwner) {
    assert state == ServerState.IDLE : this;
    state = ServerState.MOVING;
    owner = newOwner;
  }

  /**
   * Continues on another loop.
   *
   * @return false when the connection was lost on the way
   */
  public boolean arrive() {
    if (state != ServerState.MOVING) {
      return false;
    }
    state = ServerState.IDLE;
    return true;
  }

  // ---- what the server says ----

  /** The stream's events, kept off the public face of the connection. */
  private final class Events implements ServerStream.Receiver {

    @Override
    public @Nullable LinkedClient client() {
      return client;
    }

    @Override
    public boolean isHidden() {
      return ServerConnection.this.isHidden();
    }

    @Override
    public boolean mayRelay() {
      EpochPass under = pass;
      return under == null || client == null || under.isGood();
    }

    @Override
    public void onLeaseOver() {
      cut("the write lease is over");
    }

    @Override
    public boolean isReplaceable() {
      return pass != null && client != null;
    }

    @Override
    public void onUncertainCommit() {
      lose(ServerErrors.unconfirmed(), "a commit was not confirmed by the standbys");
    }

    @Override
    public boolean isQuiet() {
      return state == ServerState.IDLE;
    }

    @Override
    public boolean awaitsEmptyQuery() {
      return own != null && own.kind() == Kind.BARRIER;
    }

    @Override
    public boolean awaitsTag() {
      return own != null && own.kind() == Kind.BEGIN;
    }

    @Override
    public void onTag() {
      if (awaitsTag()) {
        onOwnAnswered();
      }
    }

    @Override
    public boolean awaitsRows() {
      return own != null && own.kind() == Kind.QUESTION;
    }

    @Override
    public void onRow(ByteBuf body) {
      if (own != null) {
        own.onRow(body);
      }
    }

    @Override
    public void onEmptyQuery() {
      if (own != null && own.kind() == Kind.BARRIER) {
        own.hide();
      }
    }

    @Override
    public boolean awaitsCompletions() {
      return awaited.awaitsCompletions();
    }

    @Override
    public boolean onComplete(byte type) {
      boolean ours = awaited.onComplete(type);
      statements.onCompleted();
      return ours;
    }

    @Override
    public @Nullable ByteBuf translateError(ByteBuf body) {
      if (isHidden()) {
        return null;
      }
      if (mayBeReplaced() && ServerErrors.isGoodbye(body)) {
        return Unpooled.EMPTY_BUFFER; // what becomes of the client is said when it is gone
      }
      ByteBuf translated = client == null ? null : client.translateError(body);
      return translated == null ? statements.translate(body) : translated;
    }

    private void tellLost() {
      int lost = awaited.takeLost();
      if (lost > 0) {
        statements.onLost(lost);
      }
    }

    @Override
    public boolean onReady(byte newStatus) {
      status = newStatus;
      if (isHidden()) {
        onOwnAnswered();
        return true; // as much as the rest of the answer
      }
      if (!awaited.onReady()) {
        lose(ServerErrors.unasked(), "ReadyForQuery that nobody waits for");
        return true;
      }
      tellLost();
      readySeen = true;
      queriesEnded++;
      transactionsEnded += newStatus == 'I' ? 1 : 0;
      return client == null || !awaited.settled() || !client.withholdsReady(newStatus);
    }

    @Override
    public boolean takesNotifications() {
      return client != null && client.takesNotifications();
    }

    @Override
    public void onNotification(ByteBuf body) {
      if (client != null) {
        client.onNotification(body);
      }
    }

    private void onOwnAnswered() {
      OwnStatement answered = own;
      own = ownNext;
      ownNext = null;
      if (answered == null) {
        return;
      }
      if (answered.kind() == Kind.ALONE || answered.kind() == Kind.QUESTION) {
        afterScan = answered::answer;
      } else {
        answered.answer(); // before anything behind it is looked at
      }
    }

    @Override
    public @Nullable String onParameterStatus(String name, String value) {
      parameters.put(name, value);
      if (isHidden()) {
        return value;
      }
      settings = parameters.follow(settings, name, value);
      return client == null ? value : client.onParameter(name, value);
    }

    @Override
    public void onError(ByteBuf body) {
      if (isHidden() && own != null) {
        own.onError(ErrorFields.decode(body));
        if (own.kind() == Kind.BEGIN) {
          own.answer(); // nothing more comes
        }
        return;
      }
      if (mayBeReplaced() && ServerErrors.isGoodbye(body)) {
        return;
      }
      awaited.onError();
      tellLost();
      if (client != null) {
        client.onError();
      }
      if (ServerErrors.isFatal(body)) {
        fatalSeen = client != null;
        if (client == null || LOG.isDebugEnabled()) {
          ErrorFields error = ErrorFields.decode(body);
          LOG.info(
              "{} server says: {} ({})", ServerConnection.this, error.message(), error.sqlState());
        }
      }
    }

    @Override
    public void onCopyIn() {
      awaited.onCopyIn();
    }

    @Override
    public void onUnasked(byte type) {
      lose(null, "message type 0x%02X that nobody waits for".formatted(type & 0xFF));
    }

    @Override
    public void onScanned() {
      if (state == ServerState.IDLE && !stream.atBoundary()) {
        lose(null, "a large message that nobody waits for");
      }
      if (state != ServerState.CLOSED) {
        settle();
      }
    }

    @Override
    public void onBroken(BrokenFrame frame, boolean inMessage) {
      lose(
          inMessage ? null : ServerErrors.broken(frame, isOwing()),
          "broken frame: " + frame.description());
    }

    @Override
    public void onWritable() {
      if (client != null) {
        client.onServerWritable();
      }
    }

    @Override
    public void onInactive() {
      if (state != ServerState.CLOSED) {
        loseSilently("server closed the connection");
      }
    }

    @Override
    public void onFailure(Throwable cause) {
      if (TlsChannel.isOfConnection(cause)) {
        LOG.debug("{} {}", ServerConnection.this, cause.getMessage());
      } else {
        LOG.error("{} bug", ServerConnection.this, cause);
      }
      if (state != ServerState.CLOSED) {
        loseSilently("connection failed: " + cause.getMessage());
      }
    }
  }

  /** Everything read has been relayed: go on with what waited for that. */
  private void settle() {
    Runnable continuation = afterScan;
    if (continuation != null) {
      afterScan = null;
      continuation.run();
      readySeen |= state == ServerState.DRAINING; // nobody else will say that it is settled
    }
    if (readySeen) {
      readySeen = false;
      if (client != null && !isOwing()) {
        client.onSettled(status);
      } else {
        endDoubt();
      }
    }
    if (state == ServerState.DRAINING) {
      sayGoodbyeUnlessFenced(); // an error or a COPY may have changed what is to come
    }
  }

  /**
   * Finds out whether another ReadyForQuery is to come, if that is all that keeps the link. The
   * barrier must not get into the middle of a message of the client's, so the client calls this,
   * too, when it has sent one to its end.
   */
  public void endDoubt() {
    if (!awaited.needsBarrier()
        || own != null
        || status != 'I'
        || client == null
        || !client.sentWholeMessages()) {
      return;
    }
    awaited.barrierSent();
    send(
        "barrier",
        "",
        Kind.BARRIER,
        (error, rows) -> {
          awaited.onBarrier();
          readySeen = true;
        });
    flush();
  }

  // ---- the end ----

  /** Closes the connection in good order, logging why. */
  public void close(String reason) {
    if (state == ServerState.CLOSED) {
      return;
    }
    LOG.info(
        "{} closing because: {} (age={}s)",
        this,
        reason,
        (System.nanoTime() - openedAtNanos) / 1_000_000_000L);
    boolean polite = !isOwing() && client == null;
    state = ServerState.CLOSED;
    client = null;
    own = null;
    ownNext = null;
    cancels.dropHeld();
    owner.onClosed(this);
    stream.close(polite);
  }

  /** Closes the connection under its client, telling the client why if it can still understand. */
  private void lose(@Nullable ErrorFields error, String reason) {
    LinkedClient linked = client;
    ErrorFields said = atBoundary() ? error : null;
    client = null;
    close(reason);
    if (linked != null) {
      linked.onServerLost(said);
    }
  }

  /** Closes the connection because it may not be used any more; its client is told. */
  public void cut(String reason) {
    LinkedClient linked = client;
    boolean whole = atBoundary();
    client = null;
    close(reason);
    if (linked != null) {
      linked.onNodeLost(this, whole);
    }
  }

  /** The server is gone; if it said why, its words have been relayed. */
  private void loseSilently(String reason) {
    if (mayBeReplaced() && !fatalSeen) {
      cut(reason);
      return;
    }
    lose(fatalSeen ? null : ServerErrors.lost(isOwing(), status), reason);
  }

  @Override
  public void describe(BiConsumer<String, Object> fields) {
    fields.accept("connection", "S-" + id);
    fields.accept("database", owner.database());
    fields.accept("user", owner.user());
    fields.accept("address", identity.endpoint().toString());
    fields.accept("server_pid", identity.processId());
  }

  /** For log lines, in the form of PgBouncer's. */
  @Override
  public String toString() {
    return "S-" + id + ": " + owner.database() + "/" + owner.user() + "@" + identity.endpoint();
  }
}

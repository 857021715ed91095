package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.BackendObserver;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.BrokenFrame;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One logged-in connection to PostgreSQL, on the event loop that owns it; every method is to be
 * called there.
 *
 * <p><b>Two kinds of traffic share it.</b> A linked client's bytes are relayed both ways, untouched
 * ({@link #write}, {@link #channelRead}). Statements of our own (an {@link Exchange}) are answered
 * before anything the client asked afterwards, so their replies are cut from the front of what the
 * server sends and never reach a client. At most one exchange is pending.
 *
 * <p><b>When is a link over?</b> {@link AwaitedReplies} knows what the server still owes; with the
 * last ReadyForQuery relayed, {@link LinkedClient#onSettled} leaves the decision to the client's
 * side, which knows the pool mode.
 *
 * <p><b>A connection in doubt is closed</b>: bytes nobody asked for, a broken frame, an exchange
 * that fails, a client that vanished in the middle of a statement.
 */
public final class ServerConnection extends ChannelInboundHandlerAdapter
    implements BackendObserver {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  private final ServerIdentity identity;
  private final Canceller canceller;
  private final Map<String, String> parameters;
  private final BackendScanner scanner = new BackendScanner();
  private final AwaitedReplies awaited = new AwaitedReplies();
  private final long openedAtNanos;

  private ServerOwner owner;
  private ServerState state = ServerState.BUSY;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable LinkedClient client;
  private Settings settings = Settings.NONE;
  private byte status = 'I';

  private @Nullable Exchange exchange;
  private @Nullable ErrorFields exchangeError;
  private int swallowedThrough; // absolute index in the buffer being scanned; 0 when nothing

  private @Nullable ByteBuf unread; // a cut header or a wanted message that is not complete yet
  private boolean readySeen;
  private boolean unflushed;
  private boolean fatalSeen;
  private int cancelsInFlight;
  private @Nullable String retirement;
  private long usedAtNanos;

  private @Nullable Runnable afterRelay; // continuation of an exchange that ended in this read

  /**
   * A statement of ours and what to do when it has been answered.
   *
   * @param pipelined whether a client's messages follow it without waiting for the answer
   */
  private record Exchange(String name, boolean pipelined, OnAnswer onAnswer) {}

  /** The continuation of an exchange. */
  @FunctionalInterface
  interface OnAnswer {
    /** The last ReadyForQuery came; {@code error} is the first error before it, if any. */
    void answered(@Nullable ErrorFields error);
  }

  /**
   * A connection that has just logged in; it starts to work when it is added to its channel's
   * pipeline.
   *
   * @param nowNanos monotonic
   */
  public ServerConnection(
      ServerIdentity identity, Canceller canceller, ServerOwner owner, long nowNanos) {
    this.identity = identity;
    this.canceller = canceller;
    this.parameters = new HashMap<>(identity.parameters());
    this.owner = owner;
    this.openedAtNanos = nowNanos;
    this.usedAtNanos = nowNanos;
  }

  // ---- what others may know ----

  /** What the server told us at login. */
  public ServerIdentity identity() {
    return identity;
  }

  /** ParameterStatus values as last reported, under PostgreSQL's spelling. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** Where it stands. */
  public ServerState state() {
    return state;
  }

  /** Whether the server still works on something it was asked. */
  public boolean isOwing() {
    return exchange != null || !awaited.settled();
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

  /** Monotonic time of login. */
  public long openedAtNanos() {
    return openedAtNanos;
  }

  /** Monotonic time it was last released; coarse. */
  public long usedAtNanos() {
    return usedAtNanos;
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

  // ---- link ----

  /**
   * Pairs this idle connection with a client whose settings are {@code wanted}. When its own
   * differ, the statement that changes them goes first, in the same packet as what the client sends
   * next.
   */
  public void link(LinkedClient linked, Settings wanted) {
    assert state == ServerState.IDLE : this;
    client = linked;
    state = ServerState.LINKED;
    if (!settings.equals(wanted)) {
      replay(wanted);
    }
  }

  private void replay(Settings wanted) {
    send(
        "settings",
        settings.switchSql(wanted),
        true,
        error -> {
          if (error == null) {
            settings = wanted;
          } else {
            lose(
                ErrorFields.fatal(
                        SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                        "the session's settings could not be restored: " + error.message())
                    .withHint("A statement sent meanwhile may have run with other settings."),
                "settings refused: " + error.message());
          }
        });
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
        false,
        error -> {
          if (error == null) {
            settings = wanted;
          }
          onAnswer.answered(error);
        });
    flush();
  }

  /** The answer to {@link #trySettings}. */
  @FunctionalInterface
  public interface OnSettings {
    /** {@code error} is PostgreSQL's, or null when the settings hold now. */
    void answered(@Nullable ErrorFields error);
  }

  /** Sends a client's bytes on without flushing; takes over the buffer. */
  public void write(ByteBuf bytes) {
    ChannelHandlerContext to = context();
    to.write(bytes, to.voidPromise());
    unflushed = true;
  }

  /** Flushes what was written since the last flush. */
  public void flush() {
    if (unflushed) {
      unflushed = false;
      context().flush();
    }
  }

  /** Whether the server takes bytes as fast as they come. */
  public boolean isWritable() {
    return context().channel().isWritable();
  }

  /** Reads again after the client's side was full. */
  public void resumeReading() {
    ChannelHandlerContext from = ctx;
    if (from != null && !from.channel().config().isAutoRead()) {
      from.channel().config().setAutoRead(true);
    }
  }

  // ---- the end of a link ----

  /** Ends the link of a connection that owes nothing and is in no transaction. */
  public void unlink() {
    assert state == ServerState.LINKED && !isOwing() && status == 'I' : this;
    client = null;
    resumeReading();
    becomeFree();
  }

  /**
   * Ends the link of a client that left between statements: a transaction is rolled back, then
   * {@code resetQuery} runs unless it is empty.
   */
  public void cleanUp(String resetQuery) {
    client = null;
    resumeReading();
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
          if (resetsSettings(resetQuery)) {
            settings = Settings.NONE;
          }
          becomeFree();
        });
  }

  private static boolean resetsSettings(String sql) {
    String words = sql.strip().replaceAll("[\\s;]+", " ").strip();
    return words.equalsIgnoreCase("DISCARD ALL") || words.equalsIgnoreCase("RESET ALL");
  }

  /**
   * Ends the link of a client that said goodbye before everything it asked was answered: PostgreSQL
   * would have worked through it, so this does too, then cleans up.
   */
  public void drain(String resetQuery) {
    state = ServerState.DRAINING;
    client = new Departed(resetQuery);
    resumeReading();
    if (!awaited.endsWithFence()) {
      passGoodbyeOn();
    }
  }

  /** For a batch that was never synced, or a COPY never ended: PostgreSQL rolls back and closes. */
  private void passGoodbyeOn() {
    retire("client left in the middle of a batch");
    ByteBuf goodbye = context().alloc().buffer(BackendScanner.HEADER_BYTES);
    new FrontendMessage.Terminate().encode(goodbye);
    write(goodbye);
    flush();
  }

  /** Takes the place of a client that is gone while replies are still to come. */
  private final class Departed implements LinkedClient {
    private final String resetQuery;

    Departed(String resetQuery) {
      this.resetQuery = resetQuery;
    }

    @Override
    public void relay(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void onSettled(byte settledStatus) {
      cleanUp(resetQuery);
    }

    @Override
    public void onParameter(String name, String value) {}

    @Override
    public void onServerLost(@Nullable ErrorFields error) {}
  }

  /**
   * Ends the link of a client that vanished while a statement runs: the statement is cancelled, so
   * that its locks go, and the connection closed once the cancel request has been delivered.
   */
  public void abandon(String reason) {
    client = null;
    state = ServerState.CANCELLING;
    retire(reason);
    cancel(() -> {});
  }

  /**
   * Runs a statement of ours on an idle connection, then calls {@code onSuccess}; closes it
   * otherwise.
   */
  public void check(String sql, Runnable onSuccess) {
    assert state == ServerState.IDLE : this;
    state = ServerState.BUSY;
    run("check query", sql, onSuccess);
    flush();
  }

  /** Declares the connection clean after {@link #check}, without telling the owner. */
  public void setIdle() {
    state = ServerState.IDLE;
  }

  private void becomeFree() {
    if (cancelsInFlight > 0) {
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

  /** Notes when it was last used. */
  public void touch(long nowNanos) {
    usedAtNanos = nowNanos;
  }

  // ---- our own statements ----

  private void run(String name, String sql, Runnable onSuccess) {
    send(
        name,
        sql,
        false,
        error -> {
          if (error == null && status == 'I') {
            onSuccess.run();
          } else {
            close(name + " failed" + (error == null ? "" : ": " + error.message()));
          }
        });
    flush();
  }

  /**
   * Runs {@code connect_query} right after login; the connection becomes free when it succeeded.
   */
  public void start(String connectQuery) {
    if (connectQuery.isEmpty()) {
      becomeFree();
    } else {
      run("connect_query", connectQuery, this::becomeFree);
    }
  }

  private void send(String name, String sql, boolean pipelined, OnAnswer onAnswer) {
    if (exchange != null) {
      throw new IllegalStateException(
          name + " while " + exchange.name() + " is pending on " + this);
    }
    exchange = new Exchange(name, pipelined, onAnswer);
    exchangeError = null;
    ByteBuf out = context().alloc().buffer(sql.length() + 16);
    new FrontendMessage.Query(sql).encode(out);
    write(out);
  }

  // ---- cancel ----

  /**
   * Asks the server to cancel what it is doing. The connection serves nobody else until the request
   * was delivered, because PostgreSQL would cancel whatever runs on it by then.
   *
   * @param onDone called when that is so
   */
  public void cancel(Runnable onDone) {
    cancelsInFlight++;
    canceller.cancel(
        identity,
        context().channel().eventLoop(),
        certain -> {
          onCancelDelivered(certain);
          onDone.run();
        });
  }

  private void onCancelDelivered(boolean certain) {
    cancelsInFlight--;
    if (!certain) {
      retire("a cancel request may still arrive");
    }
    if (state == ServerState.CANCELLING && cancelsInFlight == 0) {
      becomeFree();
    }
  }

  /** Whether a cancel request is on its way. */
  public boolean isBeingCancelled() {
    return cancelsInFlight > 0;
  }

  // ---- moving between event loops ----

  /** Takes an idle connection off its loop; {@link #arrive} follows on the new one. */
  public void depart() {
    assert state == ServerState.IDLE : this;
    state = ServerState.MOVING;
  }

  /** Continues on another loop, for another owner. */
  public void arrive(ServerOwner newOwner) {
    assert state == ServerState.MOVING : this;
    owner = newOwner;
    state = ServerState.IDLE;
  }

  // ---- bytes from the server ----

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = joined(from, (ByteBuf) message);
    try {
      int relayable = scanner.scan(in, this);
      relay(from, in, relayable);
    } catch (BrokenFrame e) {
      in.release();
      lose(
          ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the server sent " + e.description()),
          "broken frame: " + e.description());
      return;
    }
    if (state != ServerState.CLOSED) {
      settle();
    }
  }

  private ByteBuf joined(ChannelHandlerContext from, ByteBuf read) {
    ByteBuf before = unread;
    if (before == null) {
      return read;
    }
    unread = null;
    ByteBuf both = from.alloc().buffer(before.readableBytes() + read.readableBytes());
    both.writeBytes(before).writeBytes(read);
    before.release();
    read.release();
    return both;
  }

  /** Passes on {@code relayable} bytes of {@code in}, less what answered us; keeps the rest. */
  private void relay(ChannelHandlerContext from, ByteBuf in, int relayable) {
    int start = in.readerIndex();
    int end = start + relayable;
    int leftOver = in.writerIndex() - end;
    if (leftOver > 0 && state != ServerState.CLOSED) {
      unread = from.alloc().buffer(leftOver).writeBytes(in, end, leftOver);
      in.writerIndex(end);
    }
    int first = exchange != null ? end : Math.max(start, swallowedThrough);
    swallowedThrough = 0;
    LinkedClient to = client;
    if (first >= end || to == null) {
      in.release();
      return;
    }
    in.readerIndex(first);
    to.relay(in);
    if (!to.isWritable()) {
      to.flush();
      if (!to.isWritable()) {
        from.channel().config().setAutoRead(false);
      }
    }
  }

  private void settle() {
    Runnable continuation = afterRelay;
    if (continuation != null) {
      afterRelay = null;
      continuation.run();
    }
    if (readySeen) {
      readySeen = false;
      LinkedClient linked = client;
      if (linked != null && awaited.settled() && exchange == null) {
        linked.onSettled(status);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    LinkedClient linked = client;
    if (linked != null) {
      linked.flush();
    }
    flush();
  }

  @Override
  public boolean wants(byte type) {
    return switch (type) {
      case 'Z', 'E', 'S', 'G', 'W' -> true;
      default -> false;
    };
  }

  @Override
  public void onMessage(byte type, ByteBuf in, int at, int length) {
    if (state == ServerState.IDLE && type != 'S' && type != 'E') {
      lose(null, "message '" + (char) type + "' that nobody waits for");
      return;
    }
    switch (type) {
      case 'Z' -> onReady(in.getByte(at), at + length);
      case 'S' -> onParameterStatus(in.slice(at, length));
      case 'E' -> onError(in.slice(at, length));
      default -> onCopyIn();
    }
  }

  private void onCopyIn() {
    awaited.onCopyIn();
    if (state == ServerState.DRAINING && awaited.inCopyIn()) {
      passGoodbyeOn(); // nobody is left to send the data
    }
  }

  private void onReady(byte newStatus, int endIndex) {
    status = newStatus;
    Exchange answered = exchange;
    if (answered != null) {
      exchange = null;
      swallowedThrough = endIndex;
      ErrorFields error = exchangeError;
      exchangeError = null;
      if (answered.pipelined()) {
        answered.onAnswer().answered(error); // before anything behind it is relayed
      } else {
        afterRelay = () -> answered.onAnswer().answered(error);
      }
      return;
    }
    if (!awaited.onReady()) {
      lose(
          ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the server answered what nobody asked"),
          "ReadyForQuery that nobody waits for");
      return;
    }
    readySeen = true;
  }

  private void onParameterStatus(ByteBuf body) {
    if (!(BackendMessage.decode((byte) 'S', body)
        instanceof BackendMessage.ParameterStatus(var name, var value))) {
      throw new IllegalStateException("ParameterStatus decodes as something else");
    }
    parameters.put(name, value);
    if (exchange == null && isSettable(name)) {
      boolean atDefault = value.equals(identity.parameters().get(name));
      settings = atDefault ? settings.without(name) : settings.with(name, value);
      LinkedClient linked = client;
      if (linked != null) {
        linked.onParameter(name, value);
      }
    }
  }

  /** Whether a client can change a reported parameter, so that it has to follow the client. */
  private static boolean isSettable(String name) {
    return switch (name) {
      case "in_hot_standby",
          "integer_datetimes",
          "is_superuser",
          "server_encoding",
          "server_version",
          "session_authorization" ->
          false;
      default -> true;
    };
  }

  private void onError(ByteBuf body) {
    if (exchange != null) {
      if (exchangeError == null) {
        exchangeError = ErrorFields.decode(body);
      }
      return;
    }
    awaited.onError();
    byte severity = severityOf(body);
    if (severity == 'F' || severity == 'P') {
      fatalSeen = client != null;
      if (client == null || LOG.isDebugEnabled()) {
        ErrorFields error = ErrorFields.decode(body);
        LOG.info("{}: {} {}", this, error.sqlState(), error.message());
      }
    }
  }

  /** First letter of the untranslated severity; field V, or S for old servers. */
  private static byte severityOf(ByteBuf body) {
    byte found = 'E';
    int at = body.readerIndex();
    int end = body.writerIndex();
    while (at + 1 < end && body.getByte(at) != 0) {
      byte field = body.getByte(at);
      if (field == 'V' || field == 'S') {
        found = body.getByte(at + 1);
      }
      int zero = body.indexOf(at + 1, end, (byte) 0);
      if (zero < 0 || field == 'V') {
        break;
      }
      at = zero + 1;
    }
    return found;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    LinkedClient linked = client;
    if (linked instanceof BackPressured source && changed.channel().isWritable()) {
      source.onServerWritable();
    }
    changed.fireChannelWritabilityChanged();
  }

  /** A client that stops reading while its server is full. */
  public interface BackPressured {
    /** The server takes bytes again. */
    void onServerWritable();
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
    ChannelHandlerContext last = ctx;
    dispose();
    if (last != null) {
      if (polite) {
        ByteBuf goodbye = last.alloc().buffer(5);
        new FrontendMessage.Terminate().encode(goodbye);
        last.write(goodbye, last.voidPromise());
        last.flush();
      }
      last.close();
    }
  }

  /** Closes the connection under its client, telling the client why. */
  private void lose(@Nullable ErrorFields error, String reason) {
    LinkedClient linked = client;
    client = null;
    close(reason);
    if (linked != null) {
      linked.onServerLost(error);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    if (state != ServerState.CLOSED) {
      lose(fatalSeen ? null : lossError(), "server closed the connection");
    }
  }

  /**
   * What a client hears when its server vanished without a word. Inside a transaction with nothing
   * in flight, nothing was committed; with a statement in flight, nobody can know.
   */
  private ErrorFields lossError() {
    if (isOwing()) {
      return ErrorFields.fatal(
              SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
              "the server connection was lost while a statement was running")
          .withDetail("Whether the statement or its COMMIT took effect is not known.")
          .withHint(
              "Connect again and check before repeating anything that must not happen twice.");
    }
    return ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the server connection was lost")
        .withDetail(
            status == 'I' ? "No statement was running." : "The open transaction was not committed.")
        .withHint("Connect again and repeat the transaction.");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("{}: {}", this, cause.getMessage());
    } else {
      LOG.error("{}: bug", this, cause);
    }
    if (state != ServerState.CLOSED) {
      lose(fatalSeen ? null : lossError(), "connection failed: " + cause.getMessage());
    }
  }

  private void dispose() {
    state = ServerState.CLOSED;
    client = null;
    exchange = null;
    ByteBuf rest = unread;
    unread = null;
    if (rest != null) {
      rest.release();
    }
    owner.onClosed(this);
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext current = ctx;
    if (current == null) {
      throw new IllegalStateException("not in a pipeline yet: " + this);
    }
    return current;
  }

  /** Its channel; only once it is in a pipeline. */
  public Channel channel() {
    return context().channel();
  }

  /** For log lines: which server process, where. */
  @Override
  public String toString() {
    return "S-" + identity.processId() + "@" + identity.endpoint() + " " + state;
  }
}

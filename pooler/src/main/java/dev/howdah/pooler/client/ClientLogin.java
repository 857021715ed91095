package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.hba.ConnectionFacts;
import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneMove;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.tls.CommonName;
import dev.howdah.pooler.tls.HandshakeGate;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import dev.howdah.wire.startup.InitialPacket;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.InitialPacket.GssEncRequest;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import dev.howdah.wire.startup.InitialPacketDecoder;
import dev.howdah.wire.startup.Replication;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new client until it is authenticated (docs: "Start-up"), then replaced in the pipeline by its
 * {@link ClientSession}. Also answers cancel requests, which come on connections of their own.
 *
 * <p>Nothing a stranger sends costs more than the start-up packet's limit, and a stranger who says
 * nothing is shown out after {@code client_login_timeout}.
 */
public final class ClientLogin extends ByteToMessageDecoder implements Lane.Resident {
  private static final Logger LOG = LoggerFactory.getLogger(ClientLogin.class);
  private static final int ANSWER_BYTES_MAX = 1 << 14;
  private static final int HEADER_BYTES = 5;

  private final ClientHouse house;
  private final Lane lane;
  private final Encryption encryption;
  private Phase phase = Phase.STARTUP;
  private @Nullable ChannelHandlerContext context;
  private @Nullable StartupMessage startup;
  private @Nullable ClientIdentity identity;
  private @Nullable Authenticator authenticator;
  private long sinceNanos;
  private int place = -1;

  private enum Phase {
    /** Waits for the first packet. */
    STARTUP,
    /** Waits for an answer to our question. */
    ANSWER,
    /** Encryption is being put in place; what was read waits for it. */
    ENCRYPTING,
    /** Something runs elsewhere; input waits. */
    BUSY,
    /** A cancel request is being delivered. */
    CANCELLING,
    /** Handed over, refused or gone. */
    OVER
  }

  /**
   * A login that begins.
   *
   * @param lane of the channel's event loop
   * @param gate of the same event loop
   */
  public ClientLogin(ClientHouse house, Lane lane, HandshakeGate gate) {
    this.house = house;
    this.lane = lane;
    this.encryption = new Encryption(house.tls(), gate, new Encrypted());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    sinceNanos = lane.nowNanos();
    lane.enter(this);
    context = ctx;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    switch (phase) {
      case STARTUP -> {
        if (encryption.takesDirect(ctx, in)) {
          phase = Phase.ENCRYPTING;
          encryption.startDirect(ctx, in);
          return;
        }
        InitialPacket packet = InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES);
        if (packet != null) {
          onInitialPacket(ctx, packet, in);
        }
      }
      case ANSWER -> decodeAnswer(ctx, in);
      case ENCRYPTING, BUSY, CANCELLING -> {
        // Kept until the next step.
      }
      case OVER -> in.skipBytes(in.readableBytes());
    }
  }

  private void decodeAnswer(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.readableBytes() < HEADER_BYTES) {
      return;
    }
    byte type = in.getByte(in.readerIndex());
    int length = in.getInt(in.readerIndex() + 1);
    if (type == 'X') {
      close(ctx, "client close request");
      return;
    }
    if (type != 'p' || length < 4 || length > ANSWER_BYTES_MAX) {
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.PROTOCOL_VIOLATION,
              "expected password response, got message type 0x%02X".formatted(type & 0xFF)));
    }
    if (in.readableBytes() < 1 + length) {
      return;
    }
    in.skipBytes(HEADER_BYTES);
    ByteBuf body = in.readSlice(length - 4);
    Authenticator asking = authenticator;
    if (asking == null) {
      throw new IllegalStateException("an answer without a question");
    }
    proceed(ctx, asking.onAnswer(body));
  }

  // ---- the first packet ----

  private void onInitialPacket(ChannelHandlerContext ctx, InitialPacket packet, ByteBuf rest) {
    switch (packet) {
      case SslRequest _ -> {
        if (encryption.onSslRequest(ctx, rest)) {
          phase = Phase.ENCRYPTING;
          encryption.start(ctx);
        }
      }
      case GssEncRequest _ -> encryption.onGssRequest(ctx, rest);
      case CancelRequest request -> cancel(ctx, request);
      case StartupMessage message -> onStartup(ctx, message);
    }
  }

  /** What becomes of the encryption that was begun. */
  private final class Encrypted implements Encryption.Outcome {
    @Override
    public boolean isWanted() {
      return phase == Phase.ENCRYPTING;
    }

    @Override
    public void done(ChannelHandlerContext ctx) {
      if (phase == Phase.ENCRYPTING) {
        phase = Phase.STARTUP;
      }
    }

    @Override
    public void failed(ChannelHandlerContext ctx, String reason) {
      if (phase == Phase.ENCRYPTING) {
        if (house.logsErrors()) {
          LOG.warn("login from {} ended: {}", address(ctx), reason);
        }
        close(ctx, reason);
      }
    }
  }

  private void cancel(ChannelHandlerContext ctx, CancelRequest request) {
    phase = Phase.CANCELLING;
    // The connection stays open until the request was delivered: that is what callers wait for.
    house
        .cancelDesk()
        .accept(
            request,
            address(ctx),
            ctx.channel().eventLoop(),
            reason -> ctx.executor().execute(() -> close(ctx, reason)));
  }

  private void onStartup(ChannelHandlerContext ctx, StartupMessage message) {
    startup = message;
    var who = new ClientIdentity(house.nextId(), message, ctx.channel().remoteAddress());
    identity = who;
    if (house.logsConnections()) {
      LoginLog.attempt(who, ctx.channel());
    }
    boolean console = house.consoleFor(message.database()) != null; // the way to see what is wrong
    if (house.isClosing() && !console) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.CANNOT_CONNECT_NOW, "the pooler is shutting down"));
    }
    if (house.clients().used() > house.config().limits().maxClients() && !console) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.TOO_MANY_CONNECTIONS, "no more connections allowed (max_client_conn)")
              .withDetail(
                  "All %d client connections are taken."
                      .formatted(house.config().limits().maxClients())));
    }
    NegotiateProtocolVersion negotiation = message.negotiation();
    if (negotiation != null) {
      ByteBuf out = ctx.alloc().buffer(64);
      negotiation.encode(out);
      ctx.write(out);
    }
    if (!encryption.isDone() && encryption.isRequired(ctx)) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SSL required"));
    }
    if (console && isOwnUser(ctx, message)) {
      proceed(ctx, CompletableFuture.completedFuture(new Authenticator.Step.Accept(null)));
      return;
    }
    AuthDemand demand = AuthDemand.of(house.config().auth(), factsOf(ctx, message));
    if (demand.certificate() != ClientCertificate.NOT_NEEDED) {
      checkCertificate(demand, message.user());
    }
    switch (demand.type()) {
      case PEER -> proceed(ctx, checkPeer(ctx, demand, message.user()));
      case CERT ->
          proceed(ctx, CompletableFuture.completedFuture(new Authenticator.Step.Accept(null)));
      default -> {
        var asking =
            new Authenticator(
                demand.type(),
                message.user(),
                house.secrets(),
                house.random(),
                encryption.channelBinding());
        authenticator = asking;
        proceed(ctx, asking.start());
      }
    }
  }

  /** PgBouncer's rule: on the Unix-domain socket our own user is {@code pgbouncer}, unasked. */
  private static boolean isOwnUser(ChannelHandlerContext ctx, StartupMessage message) {
    return message.user().equals(PoolerConfig.CONSOLE_DATABASE) && PeerUser.isOurs(ctx.channel());
  }

  /**
   * Compares the certificate the client has shown with what is asked of it.
   *
   * @throws PoolerException 28000 if it is not what is asked for
   */
  private void checkCertificate(AuthDemand demand, String user) {
    X509Certificate certificate =
        encryption
            .certificate()
            .orElseThrow(() ->
                PoolerException.of(
                    ErrorFields.fatal(
                        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                        "connection requires a valid client certificate")));
    if (demand.certificate() == ClientCertificate.VERIFY_CA) {
      return;
    }
    Optional<String> name = CommonName.of(certificate);
    boolean isLogin = demand.type() == AuthType.CERT;
    Optional<String> map = isLogin ? demand.map() : Optional.empty();
    boolean allowed =
        name.isPresent()
            && (!isLogin || house.secrets().knows(user))
            && house.config().auth().hba().maps().allows(map, name.get(), user);
    if (!allowed) {
      LOG.info("a certificate for {} does not let in {}", name.orElse("nobody"), user);
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "certificate authentication failed for user \"" + user + "\""));
    }
  }

  private ConnectionFacts factsOf(ChannelHandlerContext ctx, StartupMessage message) {
    ConnectionFacts facts =
        ctx.channel().remoteAddress() instanceof InetSocketAddress from
            ? ConnectionFacts.tcp(
                from.getAddress(), encryption.isDone(), message.database(), message.user())
            : ConnectionFacts.local(message.database(), message.user());
    return message.replication() == Replication.PHYSICAL ? facts.replicating() : facts;
  }

  /** Asks the operating system who is at the other end; off the event loop, it may take a while. */
  private CompletionStage<Authenticator.Step> checkPeer(
      ChannelHandlerContext ctx, AuthDemand demand, String user) {
    Optional<Integer> uid = PeerUser.idOf(ctx.channel());
    return CompletableFuture.supplyAsync(
        () -> {
          Optional<String> name = uid.flatMap(PeerUser::name);
          boolean allowed =
              name.isPresent()
                  && house.secrets().knows(user)
                  && house.config().auth().hba().maps().allows(demand.map(), name.get(), user);
          if (!allowed) {
            LOG.info(
                "peer authentication failed: operating system user {} may not be {}",
                name.orElse("unknown"),
                user);
            throw PoolerException.of(
                ErrorFields.fatal(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "Peer authentication failed for user \"" + user + "\""));
          }
          return new Authenticator.Step.Accept(null);
        },
        house.workers());
  }

  // ---- authentication ----

  private void proceed(ChannelHandlerContext ctx, CompletionStage<Authenticator.Step> next) {
    phase = Phase.BUSY;
    next.whenComplete((step, failure) -> {
      if (ctx.executor().inEventLoop()) {
        onStep(ctx, step, failure);
      } else {
        ctx.executor().execute(() -> onStep(ctx, step, failure));
      }
    });
  }

  private void onStep(
      ChannelHandlerContext ctx, Authenticator.@Nullable Step step, @Nullable Throwable failure) {
    if (phase != Phase.BUSY) {
      return; // gone meanwhile
    }
    try {
      switch (step) {
        case Authenticator.Step.Ask(var question) -> {
          send(ctx, question);
          phase = Phase.ANSWER;
          resumeDecoding(ctx);
        }
        case Authenticator.Step.Accept(var last) -> {
          if (last != null) {
            send(ctx, last);
          }
          accept(ctx);
        }
        case null -> exceptionCaught(ctx, failure == null ? new IOException("no step") : failure);
      }
    } catch (PoolerException e) {
      refuse(ctx, e.fields());
    }
  }

  /** Looks at bytes that came while we were busy. */
  private void resumeDecoding(ChannelHandlerContext ctx) {
    if (actualReadableBytes() > 0) {
      ctx.executor()
          .execute(() -> {
            if (phase == Phase.ANSWER && !ctx.isRemoved()) {
              ctx.pipeline().fireChannelRead(ctx.alloc().buffer(0));
            }
          });
    }
  }

  private static void send(ChannelHandlerContext ctx, Authentication message) {
    ByteBuf out = ctx.alloc().buffer(128);
    message.encode(out);
    ctx.writeAndFlush(out);
  }

  // ---- handing over ----

  private void accept(ChannelHandlerContext ctx) {
    StartupMessage message = startup;
    ClientIdentity who = identity;
    if (message == null || who == null) {
      throw new IllegalStateException("accepted without a startup packet");
    }
    ConsoleDoor console = house.consoleFor(message.database());
    if (console != null) {
      ChannelHandler session = console.admit(message, isOwnUser(ctx, message));
      phase = Phase.OVER;
      lane.leave(this);
      ctx.pipeline().replace(this, null, session);
      house.counters().onAccepted();
      return;
    }
    DatabaseConfig database = house.router().database(message.database());
    if (house.pools().gates().isDisabled(database.name())) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "database \"" + database.name() + "\" is disabled")
              .withHint("An operator closed it to new clients; ENABLE opens it again."));
    }
    Settings settings = settingsOf(message, ctx.channel().remoteAddress());
    Pool pool = house.tryEnter(database, message.user());
    if (pool == null) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "too many client connections")
              .withDetail(
                  "Database \"%s\" or user \"%s\" has as many clients as it may have."
                      .formatted(message.database(), message.user())));
    }
    Authenticator proven = authenticator;
    ScramKeys keys = proven == null ? null : proven.learntKeys();
    if (keys != null && pool.key().user().equals(message.user())) {
      pool.credentials().learn(keys);
    }
    PoolShard shard = pool.shardOn(lane);
    var session = new ClientSession(who, shard, house, settings);
    phase = Phase.OVER;
    lane.leave(this);
    if (shard.lane() == lane) {
      replaceBy(ctx, session);
    } else {
      LaneMove.move(
          ctx.channel(),
          shard.lane(),
          () -> replaceBy(ctx, session),
          () -> shard.lane().loop().execute(session::neverStarted));
    }
  }

  private Settings settingsOf(StartupMessage message, SocketAddress from) {
    var protocol = house.config().protocol();
    Settings settings =
        StartupOptions.read(message.parameters(), protocol.ignoreStartupParameters());
    if (protocol.applicationNameAddHost()) {
      String name = settings.values().getOrDefault("application_name", "app");
      settings = settings.with("application_name", name + " - " + ClientIdentity.text(from));
    }
    return settings;
  }

  private void replaceBy(ChannelHandlerContext ctx, ClientSession session) {
    ctx.pipeline().replace(this, null, session);
    if (ctx.channel().isActive()) {
      session.start();
    } else {
      session.neverStarted();
    }
  }

  // ---- the end ----

  @Override
  public void onTick(long now) {
    ChannelHandlerContext ctx = context;
    Duration max = house.config().timeouts().clientLogin();
    if (ctx != null
        && phase != Phase.OVER
        && max.isPositive()
        && now - sinceNanos > max.toNanos()) {
      refuse(
          ctx,
          ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, "client_login_timeout")
              .withDetail("No complete login within %s s.".formatted(max.toSeconds())));
    }
  }

  private void refuse(ChannelHandlerContext ctx, ErrorFields error) {
    if (phase == Phase.OVER) {
      return;
    }
    if (house.logsErrors()) {
      LoginLog.failed(identity, address(ctx), error);
    }
    house.counters().onRefused(error);
    boolean audible = phase != Phase.ENCRYPTING;
    over();
    if (!audible) {
      ctx.close(); // a handshake has begun that no message can pass
      return;
    }
    ByteBuf out = ctx.alloc().buffer(256);
    error.encodeError(out);
    ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
  }

  private void close(ChannelHandlerContext ctx, String reason) {
    if (phase != Phase.OVER) {
      LOG.debug("login from {} ended: {}", address(ctx), reason);
      over();
      ctx.close();
    }
  }

  private void over() {
    phase = Phase.OVER;
    lane.leave(this);
    house.clients().giveBack();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    close(ctx, "client unexpected eof");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof DecoderException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof PoolerException refusal) {
      refuse(ctx, refusal.fields());
    } else if (cause instanceof SSLException && phase == Phase.ENCRYPTING) {
      LOG.debug("login from {}: {}", address(ctx), cause.getMessage()); // the handshake tells why
    } else if (cause instanceof IOException) {
      close(ctx, String.valueOf(cause.getMessage()));
    } else {
      LOG.error("login from {}: bug", address(ctx), cause);
      refuse(ctx, ErrorFields.fatal(SqlState.INTERNAL_ERROR, "internal error during login"));
    }
  }

  private static String address(ChannelHandlerContext ctx) {
    return ClientIdentity.text(
        ctx.channel().remoteAddress() instanceof InetSocketAddress inet ? inet : null);
  }

  @Override
  public int place() {
    return place;
  }

  @Override
  public void setPlace(int newPlace) {
    place = newPlace;
  }
}

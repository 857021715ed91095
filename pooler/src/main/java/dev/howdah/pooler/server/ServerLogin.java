package dev.howdah.pooler.server;

import dev.howdah.pooler.tls.ChannelBinding;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.auth.Md5Password;
import dev.howdah.wire.auth.Scram;
import dev.howdah.wire.auth.ScramClientExchange;
import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.Authentication.AuthenticationCleartextPassword;
import dev.howdah.wire.message.Authentication.AuthenticationMD5Password;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.Authentication.AuthenticationSASL;
import dev.howdah.wire.message.Authentication.AuthenticationSASLContinue;
import dev.howdah.wire.message.Authentication.AuthenticationSASLFinal;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.PasswordMessage;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to a server as a client would (docs: "Start-up"), then leaves the pipeline, in which only
 * transport security stays. Event loop only.
 */
final class ServerLogin extends ByteToMessageDecoder {
  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final LoginRequest request;
  private final Endpoint endpoint;
  private final LoginOutcome outcome;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private @Nullable ScramClientExchange scram;
  private @Nullable BackendKeyData key;
  private boolean over;

  ServerLogin(LoginRequest request, Endpoint endpoint, LoginOutcome outcome) {
    this.request = request;
    this.endpoint = endpoint;
    this.outcome = outcome;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Map<String, String> startup = new LinkedHashMap<>();
    startup.put("user", request.credentials().user());
    startup.put("database", request.database());
    startup.putAll(request.parameters());
    ByteBuf out = ctx.alloc().buffer(256);
    new StartupMessage(StartupMessage.PROTOCOL_3_0, startup).encode(out);
    ctx.writeAndFlush(out);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws IOException {
    while (!over && in.readableBytes() >= 5) {
      byte type = in.getByte(in.readerIndex());
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4 || length > MESSAGE_BYTES_MAX) {
        throw new IOException("answered something that is not PostgreSQL's protocol");
      }
      if (in.readableBytes() < 1 + length) {
        return;
      }
      in.skipBytes(5);
      handle(ctx, type, in.readSlice(length - 4));
    }
  }

  private void handle(ChannelHandlerContext ctx, byte type, ByteBuf body) throws IOException {
    if (type == 'E') {
      fail(ctx, ErrorFields.decode(body), true);
      return;
    }
    switch (BackendMessage.decode(type, body)) {
      case Authentication authentication -> authenticate(ctx, authentication);
      case ParameterStatus(var name, var value) -> parameters.put(name, value);
      case BackendKeyData data -> key = data;
      case ReadyForQuery _ -> succeed(ctx);
      case BackendMessage.NoticeResponse _, BackendMessage.NegotiateProtocolVersion _ -> {
        // Nothing in them concerns the pool.
      }
      default -> throw new IOException("sent message '" + (char) type + "' during login");
    }
  }

  private void authenticate(ChannelHandlerContext ctx, Authentication asked) throws IOException {
    switch (asked) {
      case AuthenticationOk _ -> {
        // The server trusts us, or our proof was right.
      }
      case AuthenticationCleartextPassword _ ->
          send(ctx, new PasswordMessage(passwordFor("a plain password")));
      case AuthenticationMD5Password(var salt) -> send(ctx, new PasswordMessage(md5Answer(salt)));
      case AuthenticationSASL(var mechanisms) -> startScram(ctx, mechanisms);
      case AuthenticationSASLContinue(var data) -> continueScram(ctx, data);
      case AuthenticationSASLFinal(var data) -> scram().serverFinal(data.toArray());
      default -> throw new IOException("asks for an authentication method we do not have");
    }
  }

  private String passwordFor(String what) {
    String password = request.credentials().password();
    if (password == null) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.INVALID_PASSWORD,
                  "the server asks for "
                      + what
                      + ", and none is stored for user \""
                      + request.credentials().user()
                      + "\"")
              .withHint("Add the password to auth_file, or password= to the database's line."));
    }
    return password;
  }

  private String md5Answer(Bytes salt) {
    String user = request.credentials().user();
    String hash =
        request.credentials().secret() instanceof StoredSecret.Md5 md5
            ? md5.hash()
            : Md5Password.hash(passwordFor("a password or its MD5 hash"), user);
    return Md5Password.answer(hash, salt.toArray());
  }

  private void startScram(ChannelHandlerContext ctx, List<String> mechanisms) throws IOException {
    SslHandler encryption = ctx.pipeline().get(SslHandler.class);
    byte[] binding =
        encryption == null ? null : ChannelBinding.toServer(encryption.engine().getSession());
    ScramClientExchange exchange;
    if (binding != null && mechanisms.contains(Scram.MECHANISM_PLUS)) {
      exchange = ScramClientExchange.bound(binding);
    } else if (mechanisms.contains(Scram.MECHANISM)) {
      exchange = binding == null ? ScramClientExchange.unbound() : ScramClientExchange.notOffered();
    } else {
      throw new IOException("offers only " + mechanisms + " for authentication");
    }
    scram = exchange;
    send(ctx, new SASLInitialResponse(exchange.mechanism(), Bytes.copyOf(exchange.clientFirst())));
  }

  private void continueScram(ChannelHandlerContext ctx, Bytes serverFirst) throws IOException {
    ScramClientExchange exchange = scram();
    ScramClientExchange.Challenge challenge = exchange.serverFirst(serverFirst.toArray());
    request
        .credentials()
        .scramKeys(challenge.salt(), challenge.iterations())
        .whenCompleteAsync(
            (keys, failure) -> {
              if (over) {
                return;
              }
              if (keys == null) {
                fail(
                    ctx,
                    ErrorFields.fatal(
                            SqlState.INVALID_PASSWORD,
                            "the server asks for SCRAM authentication, and the secret stored for user \""
                                + request.credentials().user()
                                + "\" cannot answer it")
                        .withHint(
                            "Store the password itself, or the server's own SCRAM verifier and let a"
                                + " client log in with SCRAM first."),
                    true);
              } else {
                send(ctx, new SASLResponse(Bytes.copyOf(exchange.clientFinal(keys))));
              }
            },
            ctx.executor());
  }

  private ScramClientExchange scram() throws IOException {
    ScramClientExchange exchange = scram;
    if (exchange == null) {
      throw new IOException("continues a SCRAM exchange that never began");
    }
    return exchange;
  }

  private static void send(ChannelHandlerContext ctx, FrontendMessage message) {
    ByteBuf out = ctx.alloc().buffer(128);
    message.encode(out);
    ctx.writeAndFlush(out);
  }

  private void succeed(ChannelHandlerContext ctx) throws IOException {
    BackendKeyData data = key;
    int processId = data == null ? 0 : data.processId();
    CancelSecret secret =
        data == null ? new CancelSecret(Bytes.copyOf(new byte[4])) : data.secret();
    over = true;
    ctx.channel().config().setAutoRead(false);
    ctx.pipeline().remove(this);
    outcome.loggedIn(
        ctx.channel(),
        new ServerIdentity(
            endpoint, ctx.channel().remoteAddress(), processId, secret, Map.copyOf(parameters)));
  }

  void fail(ChannelHandlerContext ctx, ErrorFields error, boolean refused) {
    if (!over) {
      over = true;
      ctx.close();
      outcome.failed(error, refused);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    fail(ctx, ServerConnector.unreachable(endpoint, "closed the connection during login"), false);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    Throwable cause = thrown.getCause() != null ? thrown.getCause() : thrown;
    if (cause instanceof PoolerException refusal) {
      fail(ctx, refusal.fields(), true);
    } else {
      fail(ctx, ServerConnector.unreachable(endpoint, String.valueOf(cause.getMessage())), false);
    }
  }
}

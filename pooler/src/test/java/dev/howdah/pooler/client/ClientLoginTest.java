package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestConfig;
import dev.howdah.pooler.config.UserList;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.server.FakeServers;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.tls.HandshakeGate;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.wire.auth.ScramClientExchange;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What passes between a stranger and the pooler before there is a session. */
class ClientLoginTest {
  private static final int READS = 64;
  private static final int READ_BYTES = 1 << 14;
  private static final int KEPT_BYTES_MAX = 1 << 16;

  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Lane lane = new Lane(loop.eventLoop(), 0);
  private final List<Runnable> work = new ArrayList<>();
  private final ClientHouse house = house("auth_type = scram-sha-256");

  private ClientHouse house(String main) {
    LiveConfig live =
        TestConfig.live(TestConfig.withMain(main), new UserList(Map.of("anna", "secret")));
    var pools =
        new Pools(
            live,
            List.of(lane),
            new FakeServers(),
            (_, user) -> new ServerCredentials(user, null, work::add));
    var random = new SecureRandom();
    var secrets = new UserSecrets(live, work::add, random);
    var router = new Router(live, pools);
    return new ClientHouse(
        live, router, pools, secrets, random, work::add, TestPeers.none(), new TlsCounters());
  }

  private EmbeddedChannel stranger() {
    assertThat(house.clients().tryTake(0)).isTrue();
    return new EmbeddedChannel(new ClientLogin(house, lane, new HandshakeGate(loop.eventLoop())));
  }

  /** Sends as long as the channel is read, and returns the bytes that are kept. */
  private static int flood(EmbeddedChannel channel) {
    for (int i = 0; i < READS && channel.config().isAutoRead(); i++) {
      channel.writeInbound(Unpooled.directBuffer(READ_BYTES).writeZero(READ_BYTES));
    }
    var login = channel.pipeline().get(ClientLogin.class);
    return login == null ? 0 : login.keptBytes();
  }

  @Test
  void what_comes_behind_a_cancel_request_is_not_kept() {
    var target =
        new CancelTarget() {
          @Override
          public EventLoop loop() {
            return loop.eventLoop();
          }

          @Override
          public void cancelRunning(Runnable onDone) {
            // The server takes its time.
          }
        };
    CancelKeys.Key key = house.cancelKeys().issue(target, false);
    EmbeddedChannel channel = stranger();
    ByteBuf request = Unpooled.buffer();
    new CancelRequest(key.processId(), key.secret()).encode(request);
    channel.writeInbound(request);

    assertThat(flood(channel)).isLessThan(KEPT_BYTES_MAX);
    assertThat(channel.isOpen()).isTrue();

    channel.close();
    assertThat(house.clients().used()).isZero();
  }

  @Test
  void the_end_of_a_scram_proof_leaves_in_one_packet_with_the_welcome() {
    house
        .router()
        .pool(house.router().database("erp"), "anna")
        .welcomes()
        .learn(Settings.NONE, Map.of("server_version", "15.0"));
    EmbeddedChannel channel = stranger();
    var packets = new Packets();
    channel.pipeline().addFirst(packets);
    var scram = ScramClientExchange.unbound();

    channel.writeInbound(
        encoded(
            new StartupMessage(
                    StartupMessage.PROTOCOL_3_0, Map.of("user", "anna", "database", "erp"))
                ::encode));
    work.forEach(Runnable::run);
    channel.runPendingTasks();
    channel.writeInbound(
        encoded(
            new SASLInitialResponse(scram.mechanism(), Bytes.copyOf(scram.clientFirst()))::encode));
    byte[] challenge = packets.last();
    var keys = scram.serverFirst(Arrays.copyOfRange(challenge, 9, challenge.length));
    channel.writeInbound(
        encoded(new SASLResponse(Bytes.copyOf(scram.clientFinal(keys.derive("secret"))))::encode));

    assertThat(packets.count).as("SASL, SASLContinue, and all the rest").isEqualTo(3);
    assertThat(packets.last())
        .startsWith('R', 0, 0, 0, 54, 0, 0, 0, 12)
        .endsWith('Z', 0, 0, 0, 5, 'I');
    channel.finishAndReleaseAll();
  }

  private static ByteBuf encoded(Consumer<ByteBuf> message) {
    ByteBuf out = Unpooled.buffer();
    message.accept(out);
    return out;
  }

  /** What was written since the flush before makes a packet. */
  private static final class Packets extends ChannelOutboundHandlerAdapter {
    private ByteBuf written = Unpooled.buffer();
    private byte[] last = {};
    private int count;

    byte[] last() {
      return last;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ByteBuf bytes = (ByteBuf) message;
      written.writeBytes(bytes);
      bytes.release();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (written.isReadable()) {
        last = new byte[written.readableBytes()];
        written.readBytes(last);
        count++;
      }
    }
  }

  @Test
  void a_client_is_not_read_further_while_its_login_is_worked_on() {
    EmbeddedChannel channel = stranger();
    ByteBuf startup = Unpooled.buffer();
    new StartupMessage(StartupMessage.PROTOCOL_3_0, Map.of("user", "anna", "database", "erp"))
        .encode(startup);
    channel.writeInbound(startup);
    assertThat(work).as("PBKDF2 waits to be done").isNotEmpty();

    assertThat(flood(channel)).isLessThan(KEPT_BYTES_MAX);
    assertThat(channel.config().isAutoRead()).isFalse();
    work.forEach(Runnable::run);
    channel.runPendingTasks();

    assertThat(channel.config().isAutoRead()).as("the answer may come").isTrue();
    channel.close();
    assertThat(house.clients().used()).isZero();
    channel.finishAndReleaseAll();
  }
}

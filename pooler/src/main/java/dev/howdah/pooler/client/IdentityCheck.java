package dev.howdah.pooler.client;

import dev.howdah.pooler.client.Authenticator.Step;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.hba.ConnectionFacts;
import dev.howdah.pooler.hba.IdentMaps;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.startup.Replication;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How one client proves who it is: what is demanded of its connection, then by certificate, by the
 * operating system's word, or in a dialogue about a password. Started once, on the client's event
 * loop.
 */
final class IdentityCheck {
  private final ClientHouse house;
  private final Encryption encryption;
  private @Nullable Authenticator dialogue;

  IdentityCheck(ClientHouse house, Encryption encryption) {
    this.house = house;
    this.encryption = encryption;
  }

  /**
   * The first step.
   *
   * @return may complete on another thread; exceptionally with a {@link
   *     dev.howdah.wire.error.PoolerException} when the client is refused
   * @throws dev.howdah.wire.error.PoolerException 28000 if the client is refused at once
   */
  CompletionStage<Step> start(Channel channel, StartupMessage startup) {
    AuthDemand demand = AuthDemand.of(house.config().auth(), factsOf(channel, startup));
    IdentMaps maps = house.config().auth().hba().maps();
    var certificates = new CertificateCheck(demand, maps);
    if (certificates.isNeeded()) {
      certificates.check(encryption.certificate(), startup.user());
    }
    KnownUser user = house.secrets().user(startup.user());
    return switch (demand.type()) {
      case PEER ->
          CompletableFuture.supplyAsync(
              () -> {
                new PeerCheck(demand, maps).check(channel, user);
                return new Step.Accept(null);
              },
              house.workers());
      case CERT -> {
        if (!user.exists()) {
          throw CertificateCheck.failed(user.name());
        }
        yield CompletableFuture.completedFuture(new Step.Accept(null));
      }
      default -> ask(demand.type(), user);
    };
  }

  private CompletionStage<Step> ask(AuthType type, KnownUser user) {
    var asking =
        new Authenticator(type, user, house.secrets(), house.random(), encryption.channelBinding());
    dialogue = asking;
    return asking.start();
  }

  private ConnectionFacts factsOf(Channel channel, StartupMessage startup) {
    ConnectionFacts facts =
        channel.remoteAddress() instanceof InetSocketAddress from
            ? ConnectionFacts.tcp(
                from.getAddress(), encryption.isDone(), startup.database(), startup.user())
            : ConnectionFacts.local(startup.database(), startup.user());
    return startup.replication() == Replication.PHYSICAL ? facts.replicating() : facts;
  }

  /**
   * What the client's answer means.
   *
   * @return as {@link Authenticator#onAnswer}
   */
  CompletionStage<Step> onAnswer(ByteBuf body) {
    Authenticator asking = dialogue;
    if (asking == null) {
      throw new IllegalStateException("an answer without a question");
    }
    return asking.onAnswer(body);
  }

  /** The keys that a SCRAM proof revealed; null without one. */
  @Nullable ScramKeys learntKeys() {
    Authenticator asking = dialogue;
    return asking == null ? null : asking.learntKeys();
  }
}

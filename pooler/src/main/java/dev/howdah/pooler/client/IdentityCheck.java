package dev.howdah.pooler.client;

import dev.howdah.pooler.client.Authenticator.Step;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.hba.ConnectionFacts;
import dev.howdah.pooler.hba.IdentMaps;
import dev.howdah.pooler.pool.Lane;
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
  private volatile @Nullable KnownUser user; // set where it was found, then read on our loop
  private volatile @Nullable Authenticator dialogue;
  private AuthType method = AuthType.PEER; // of the owner, who is not asked for more
  private boolean owner;

  IdentityCheck(ClientHouse house, Encryption encryption) {
    this.house = house;
    this.encryption = encryption;
  }

  /**
   * The first step.
   *
   * @param lane the client's
   * @return may complete on another thread; exceptionally with a {@link
   *     dev.howdah.wire.error.PoolerException} when the client is refused
   * @throws dev.howdah.wire.error.PoolerException if the client is refused at once
   */
  CompletionStage<Step> start(Channel channel, StartupMessage startup, Lane lane) {
    if (isOwner(channel, startup)) {
      owner = true;
      return CompletableFuture.completedFuture(new Step.Accept(null));
    }
    AuthDemand demand = AuthDemand.of(house.config().auth(), factsOf(channel, startup));
    method = demand.type();
    var certificates = new CertificateCheck(demand, maps());
    if (certificates.isNeeded()) {
      certificates.check(encryption.certificate(), startup.user());
    }
    return house
        .users()
        .find(demand.type(), startup.database(), startup.user(), lane)
        .thenCompose(user -> prove(channel, demand, user));
  }

  /** As in PgBouncer, who runs the process needs no password at its console. */
  private boolean isOwner(Channel channel, StartupMessage startup) {
    return startup.user().equals(PoolerConfig.CONSOLE_DATABASE)
        && house.consoleFor(startup.database()) != null
        && PeerUser.isOurs(channel);
  }

  private CompletionStage<Step> prove(Channel channel, AuthDemand demand, KnownUser known) {
    user = known;
    return switch (demand.type()) {
      case PEER ->
          CompletableFuture.supplyAsync(
              () -> {
                new PeerCheck(demand, maps()).check(channel, known);
                return new Step.Accept(null);
              },
              house.workers());
      case CERT -> {
        if (!known.exists()) {
          throw CertificateCheck.failed(known.name());
        }
        yield CompletableFuture.completedFuture(new Step.Accept(null));
      }
      default -> {
        var asking =
            new Authenticator(
                demand.type(), known, house.secrets(), house.random(), encryption.channelBinding());
        dialogue = asking;
        yield asking.start();
      }
    };
  }

  private IdentMaps maps() {
    return house.config().auth().hba().maps();
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

  /** Who the client has proven to be. */
  Proof proof(StartupMessage startup) {
    Authenticator asking = dialogue;
    KnownUser known = user;
    return new Proof(
        method,
        known == null ? KnownUser.unknown(startup.user()) : known,
        asking == null ? null : asking.learntKeys(),
        owner);
  }
}

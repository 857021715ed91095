package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Welcomes.Welcome;
import dev.howdah.pooler.server.ParameterReport;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the client's authentication to its first ReadyForQuery: finds out, from a server connection
 * if need be, what PostgreSQL says of the settings in the startup packet, and welcomes the client.
 * Event loop of the client only.
 */
final class SessionStart {
  private static final Logger LOG = LoggerFactory.getLogger(SessionStart.class);

  private final ClientSession session;
  private final ClientIdentity identity;
  private final PoolShard shard;
  private final ClientHouse house;

  SessionStart(ClientSession session, ClientIdentity identity, PoolShard shard, ClientHouse house) {
    this.session = session;
    this.identity = identity;
    this.shard = shard;
    this.house = house;
  }

  /**
   * Begins; {@link #onCheckout} follows when a server has to be asked.
   *
   * @param wanted the settings of the startup packet
   */
  void run(Settings wanted) {
    if (session.isReplication()) {
      shard.openDedicated(session, StartupReply.replicationParameters(identity.startup(), wanted));
      return;
    }
    Welcome known = shard.pool().welcomes().find(StartupReply.keyOf(wanted));
    if (known == null || session.linksAtLogin()) {
      shard.checkout(session);
    } else {
      Settings accepted = StartupReply.join(known, wanted);
      session.begin(accepted);
      session.become(ClientState.IDLE);
      welcome(known.report(), accepted, 0);
    }
  }

  /** Looks at the server connection that the session is linked to for that. */
  void onCheckout(ServerConnection server, Settings wanted) {
    if (session.isReplication()) {
      session.become(ClientState.LINKED);
      shard.counters().onAssigned();
      welcome(new ParameterReport(server.parameters()), wanted, server.identity().processId());
      return;
    }
    server.trySettings(
        wanted,
        error -> {
          if (session.state() != ClientState.CLOSED) { // it may have left while we asked
            onAnswer(server, wanted, error);
          }
        });
  }

  private void onAnswer(ServerConnection server, Settings wanted, @Nullable ErrorFields error) {
    if (error != null) {
      session.refuse(error.withSeverity(Severity.FATAL));
      return;
    }
    Welcome learnt = shard.pool().welcomes().learn(StartupReply.keyOf(wanted), server.parameters());
    Settings accepted = StartupReply.join(learnt, wanted);
    session.begin(accepted);
    if (session.linksAtLogin()) {
      session.become(ClientState.LINKED);
      shard.counters().onAssigned();
      welcome(learnt.report(), accepted, server.identity().processId());
    } else {
      session.unlinkAfterLogin();
      welcome(learnt.report(), accepted, 0);
    }
  }

  /**
   * Sends everything from AuthenticationOk to ReadyForQuery.
   *
   * @param serverProcessId to be shown as our process id; 0 for one of our own
   */
  private void welcome(ParameterReport report, Settings accepted, int serverProcessId) {
    boolean longSecret = StartupReply.usesLongSecret(identity.startup());
    CancelKeys.Key issued =
        serverProcessId == 0 || longSecret
            ? house.cancelKeys().issue(session, longSecret)
            : house.cancelKeys().issueAs(session, serverProcessId);
    ChannelHandlerContext client = session.context();
    ByteBuf out = client.alloc().buffer(512);
    StartupReply.write(out, report, accepted, issued);
    client.writeAndFlush(out, client.voidPromise()); // not counted as sent
    house.counters().onAccepted();
    if (house.logsConnections()) {
      LOG.debug("{} login accepted", identity);
    }
    session.onWelcomed(issued);
  }
}

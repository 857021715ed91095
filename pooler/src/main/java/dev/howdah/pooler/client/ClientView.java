package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.session.PinView;
import dev.howdah.wire.startup.Replication;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a client session stood at one moment; for people to look at.
 *
 * @param id unique in this process
 * @param user who the client logged in as
 * @param pool which pool serves it
 * @param address where it comes from; null for some Unix-domain sockets
 * @param localAddress where it connected to
 * @param tls version and cipher suite; empty without encryption
 * @param connectedAtNanos monotonic; coarse
 * @param requestedAtNanos monotonic time its latest query began; that of the login before the first
 * @param linkedAtNanos monotonic time of the latest checkout; coarse
 * @param applicationName as it stands now; empty for none
 * @param statement its latest, as {@link StatementMark} has it; 0 when it is not known
 * @param serverId the linked server connection; 0 for none
 * @param serverProcessId its server process; 0 for none
 * @param pin why it keeps that one between transactions; null when it does not
 */
public record ClientView(
    long id,
    String user,
    PoolKey pool,
    Replication replication,
    ClientState state,
    @Nullable SocketAddress address,
    @Nullable SocketAddress localAddress,
    String tls,
    long connectedAtNanos,
    long requestedAtNanos,
    long linkedAtNanos,
    String applicationName,
    long statement,
    long serverId,
    int serverProcessId,
    @Nullable PinView pin) {}

package dev.howdah.pooler.peer;

/**
 * The cancel requests on their way to a peer at one moment; the columns of SHOW PEER_POOLS.
 *
 * @param peerId whose peer
 * @param activeRequests sent, and not yet done with by the peer
 * @param waitingRequests not yet sent
 * @param activeConnections over which one was sent
 * @param connecting connections being opened
 */
public record PeerPoolView(
    int peerId, int activeRequests, int waitingRequests, int activeConnections, int connecting) {}

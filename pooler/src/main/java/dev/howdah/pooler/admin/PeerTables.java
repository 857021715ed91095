package dev.howdah.pooler.admin;

import dev.howdah.pooler.config.PeerConfig;
import dev.howdah.pooler.peer.PeerPoolView;
import dev.howdah.pooler.peer.Peers;

/** The tables of the poolers that cancel requests are forwarded to. */
final class PeerTables {
  private PeerTables() {}

  static Table peers(Peers peers) {
    Table table = new Table(Topic.PEERS.columns());
    for (PeerConfig peer : peers.all()) {
      table.add(peer.id(), peer.endpoint().host(), peer.endpoint().port(), peer.poolSize());
    }
    return table;
  }

  static Table pools(Peers peers) {
    Table table = new Table(Topic.PEER_POOLS.columns());
    for (PeerPoolView pool : peers.poolViews()) {
      table.add(
          pool.peerId(),
          pool.activeRequests(),
          pool.waitingRequests(),
          pool.activeConnections(),
          pool.connecting());
    }
    return table;
  }
}

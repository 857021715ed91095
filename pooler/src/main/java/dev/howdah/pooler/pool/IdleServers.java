package dev.howdah.pooler.pool;

import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The idle server connections of one pool shard, in the order in which they are handed out. Event
 * loop of the shard only.
 *
 * <p>Among the first few a client gets the one that fits it best: PostgreSQL never forgets the name
 * of a custom setting, so a connection that knows one which the client does not have is the last
 * choice; and one that has the client's settings already saves a statement of ours.
 */
final class IdleServers {
  /** How many are looked at, so that a checkout never costs more. */
  private static final int LOOKED_AT_MAX = 8;

  private final Deque<ServerConnection> servers = new ArrayDeque<>();

  boolean isEmpty() {
    return servers.isEmpty();
  }

  int size() {
    return servers.size();
  }

  void addFirst(ServerConnection server) {
    servers.addFirst(server);
  }

  void addLast(ServerConnection server) {
    servers.addLast(server);
  }

  boolean remove(ServerConnection server) {
    return servers.remove(server);
  }

  /** The one whose turn comes last, taken out. */
  ServerConnection removeLast() {
    return servers.removeLast();
  }

  /** The one whose turn comes last; null when there is none. */
  @Nullable ServerConnection peekLast() {
    return servers.peekLast();
  }

  /** All of them now. */
  List<ServerConnection> copy() {
    return List.copyOf(servers);
  }

  /**
   * Takes out the one for a client with these settings; there has to be one.
   *
   * @param inTurn whether the order is an operator's wish, which a saved statement does not
   *     outweigh
   */
  ServerConnection take(Settings wanted, boolean inTurn) {
    ServerConnection best = servers.getFirst();
    int fit = fit(best, wanted, inTurn);
    if (fit < ServerConnection.FITS_BEST && servers.size() > 1) {
      Iterator<ServerConnection> all = servers.iterator();
      for (int i = 0; i < LOOKED_AT_MAX && fit < ServerConnection.FITS_BEST && all.hasNext(); i++) {
        ServerConnection next = all.next();
        int nextFit = fit(next, wanted, inTurn);
        if (nextFit > fit) {
          fit = nextFit;
          best = next;
        }
      }
    }
    servers.remove(best); // it is among the first
    return best;
  }

  private static int fit(ServerConnection server, Settings wanted, boolean inTurn) {
    if (!inTurn) {
      return server.fit(wanted);
    }
    return server.knowsOnly(wanted) ? ServerConnection.FITS_BEST : 0;
  }
}

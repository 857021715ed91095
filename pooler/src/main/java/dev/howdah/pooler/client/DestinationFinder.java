package dev.howdah.pooler.client;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.Target;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's transactions may run, by everything but what they say themselves: its database,
 * its user, the port it came to, its startup packet. Safe for all threads.
 */
final class DestinationFinder {
  /** The name by which a startup packet says it; it never reaches PostgreSQL. */
  static final String OPTION = "howdah.target";

  private DestinationFinder() {}

  /**
   * The choice that a session has; null when it has none.
   *
   * @param user who the client is
   * @param wanted the value of {@link #OPTION} in its startup packet; null for none
   * @param came where it came to
   */
  static @Nullable Destination find(
      ClientSession session,
      ClientHouse house,
      PoolShard home,
      String user,
      @Nullable String wanted,
      @Nullable SocketAddress came) {
    NodeTopology topology = house.pools().topology();
    DatabaseConfig database = home.pool().database();
    if (topology == null || database.placement().cluster().isEmpty()) {
      return null;
    }
    Target target = wanted == null ? target(house.config(), database, user, came) : parse(wanted);
    return new Destination(session, home, house, topology, target);
  }

  /**
   * The target that a word means.
   *
   * @throws PoolerException 22023 if it means none
   */
  static Target parse(String word) {
    for (Target target : Target.values()) {
      if (target.word().equalsIgnoreCase(word.replace('_', '-'))) {
        return target;
      }
    }
    throw PoolerException.of(
        ErrorFields.fatal(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"" + OPTION + "\": \"" + word + "\"")
            .withHint("Available values: primary, replica, prefer-replica."));
  }

  /** The target that a hint means; {@code otherwise} when it means none. */
  static Target find(String hint, Target otherwise) {
    for (Target target : Target.values()) {
      if (target.word().equalsIgnoreCase(hint.replace('_', '-'))) {
        return target;
      }
    }
    return otherwise;
  }

  private static Target target(
      PoolerConfig config, DatabaseConfig database, String user, @Nullable SocketAddress came) {
    Target ofUser = config.user(user).target().orElse(null);
    if (ofUser != null) {
      return ofUser;
    }
    int port = config.routing().replicaPort();
    if (port != 0 && came instanceof InetSocketAddress address && address.getPort() == port) {
      return Target.PREFER_REPLICA;
    }
    return database.placement().target();
  }
}

package dev.howdah.cli.check;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.topology.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many server connections a fleet of poolers may open at most, server by server. Where an entry
 * has several hosts, or follows a cluster, any of them may have to bear all of it. One thread.
 */
public final class Capacity {
  /** A name no entry of {@code [users]} has. */
  private static final String ANYBODY = "";

  private final int usersPerDatabase;
  private final int databasesOfFallback;
  private final Map<Endpoint, Demand> demands = new LinkedHashMap<>();

  /**
   * What one server may have to bear.
   *
   * @param databases entries that lead there
   * @param pools how many pools they make
   * @param connections most server connections of all of them
   */
  public record Demand(int databases, long pools, long connections) {
    private static final Demand NONE = new Demand(0, 0, 0);

    private Demand plus(int moreDatabases, long morePools, long moreConnections) {
      return new Demand(
          databases + moreDatabases, pools + morePools, connections + moreConnections);
    }
  }

  /**
   * Nothing counted yet.
   *
   * @param usersPerDatabase how many users log in to a database whose entry names none
   * @param databasesOfFallback how many databases the entry {@code *} serves
   */
  public Capacity(int usersPerDatabase, int databasesOfFallback) {
    this.usersPerDatabase = usersPerDatabase;
    this.databasesOfFallback = databasesOfFallback;
  }

  /** Counts in so many poolers with this configuration. */
  public void add(PoolerConfig config, int poolers) {
    for (DatabaseConfig database : config.databases().values()) {
      add(config, database, 1, poolers);
    }
    DatabaseConfig fallback = config.fallbackDatabase();
    if (fallback != null) {
      add(config, fallback, databasesOfFallback, poolers);
    }
    for (NodeConfig node : config.routing().nodes()) {
      demands.merge(node.endpoint(), new Demand(0, 0, poolers), Capacity::sum); // who watches it
    }
  }

  private void add(PoolerConfig config, DatabaseConfig database, int databases, int poolers) {
    PoolSettings settings = config.settingsFor(database, ANYBODY);
    long pools = database.user().isPresent() ? 1 : usersPerDatabase;
    long connections = pools * (settings.poolSize() + settings.reservePoolSize());
    if (settings.maxDbServers() > 0) {
      connections = Math.min(connections, settings.maxDbServers());
    }
    for (Endpoint place : places(config, database)) {
      demands.merge(
          place,
          Demand.NONE.plus(
              databases, pools * databases * poolers, connections * databases * poolers),
          Capacity::sum);
    }
  }

  private static List<Endpoint> places(PoolerConfig config, DatabaseConfig database) {
    if (database.placement().cluster().isEmpty()) {
      return database.endpoints();
    }
    List<Endpoint> nodes = new ArrayList<>();
    config.routing().nodes().forEach(node -> nodes.add(node.endpoint()));
    return nodes;
  }

  private static Demand sum(Demand one, Demand other) {
    return one.plus(other.databases, other.pools, other.connections);
  }

  /** By server, in the order of the files. */
  public Map<Endpoint, Demand> demands() {
    return new LinkedHashMap<>(demands);
  }
}

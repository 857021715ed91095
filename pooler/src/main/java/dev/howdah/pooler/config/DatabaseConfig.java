package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A database that clients may ask for, and where it is.
 *
 * @param name what clients ask for; {@code *} for the fallback entry itself
 * @param dbname the database on the server; empty for the same name
 * @param endpoints at least one, in the order of the file
 * @param loadBalanceHosts which of them a new connection goes to
 * @param user who we log in as on the server, whoever the client is; empty for the client's user
 * @param password of {@code user}; empty to take the one of the user list
 * @param authQuery what differs from {@code [pgbouncer]} in how users are looked up
 * @param overrides what differs from {@code [pgbouncer]}
 * @param connectQuery run on each new connection before clients get it; its errors are only logged
 * @param startupParameters sent to the server at login: client_encoding, datestyle, timezone,
 *     application_name
 * @param placement which servers its sessions go to
 */
public record DatabaseConfig(
    String name,
    Optional<String> dbname,
    List<Endpoint> endpoints,
    LoadBalanceHosts loadBalanceHosts,
    Optional<String> user,
    Optional<String> password,
    AuthQuery authQuery,
    DatabaseOverrides overrides,
    Optional<String> connectQuery,
    Map<String, String> startupParameters,
    Placement placement) {

  /** The name of the fallback entry. */
  public static final String FALLBACK = "*";

  /**
   * Where the names in {@code auth_query} are looked for. Whoever may create objects elsewhere must
   * not be able to put some of their own in the way.
   */
  public static final String LOOK_UP_SEARCH_PATH = "pg_catalog, pg_temp";

  public DatabaseConfig {
    endpoints = List.copyOf(endpoints);
    startupParameters = Map.copyOf(startupParameters);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("database " + name + " needs an endpoint");
    }
  }

  /** An entry that names its hosts. */
  public DatabaseConfig(
      String name,
      Optional<String> dbname,
      List<Endpoint> endpoints,
      LoadBalanceHosts loadBalanceHosts,
      Optional<String> user,
      Optional<String> password,
      AuthQuery authQuery,
      DatabaseOverrides overrides,
      Optional<String> connectQuery,
      Map<String, String> startupParameters) {
    this(
        name,
        dbname,
        endpoints,
        loadBalanceHosts,
        user,
        password,
        authQuery,
        overrides,
        connectQuery,
        startupParameters,
        Placement.HOSTS);
  }

  /** The database to name in the startup packet to the server. */
  public String serverDatabase() {
    return dbname.orElse(name);
  }

  /** Who we log in as on the server when {@code clientUser} is served. */
  public String serverUser(String clientUser) {
    return user.orElse(clientUser);
  }

  /** The same entry for another name; how the fallback entry serves a database. */
  public DatabaseConfig named(String other) {
    return new DatabaseConfig(
        other,
        dbname,
        endpoints,
        loadBalanceHosts,
        user,
        password,
        authQuery,
        overrides,
        connectQuery,
        startupParameters,
        placement);
  }

  /** The same entry at other places, where nodes have changed their roles. */
  public DatabaseConfig at(List<Endpoint> places) {
    return new DatabaseConfig(
        name,
        dbname,
        places,
        loadBalanceHosts,
        user,
        password,
        authQuery,
        overrides,
        connectQuery,
        startupParameters,
        placement);
  }

  /** The same server and database for {@code auth_query}, run by this user. */
  public DatabaseConfig forLookUps(String asker) {
    Map<String, String> parameters = new HashMap<>(startupParameters);
    parameters.put("search_path", LOOK_UP_SEARCH_PATH);
    return new DatabaseConfig(
        name,
        Optional.of(serverDatabase()),
        endpoints,
        loadBalanceHosts,
        Optional.of(asker),
        Optional.empty(),
        authQuery,
        overrides,
        Optional.empty(), // connect_query prepares connections for clients
        parameters,
        placement);
  }

  /** The same entry with another user to log in as on the server. */
  public DatabaseConfig withUser(Optional<String> other, Optional<String> otherPassword) {
    return new DatabaseConfig(
        name,
        dbname,
        endpoints,
        loadBalanceHosts,
        other,
        otherPassword,
        authQuery,
        overrides,
        connectQuery,
        startupParameters,
        placement);
  }

  @Override
  public String toString() {
    return "DatabaseConfig[name="
        + name
        + ", serverDatabase="
        + serverDatabase()
        + ", endpoints="
        + endpoints
        + ", user="
        + user.orElse("(client's)")
        + ", password="
        + (password.isPresent() ? ConfigProblem.MASKED : "(none)")
        + "]";
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.UserConfig;
import dev.howdah.pooler.pool.Gates;
import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.topology.Endpoint;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SHOW POOLS, DATABASES and USERS. */
final class PoolTables {
  private static final String CONSOLE = PoolerConfig.CONSOLE_DATABASE;
  private static final int CONSOLE_POOL_SIZE = 2; // what PgBouncer shows for its console

  private final PoolerConfig config;
  private final Pools pools;
  private final ClientHouse house;

  PoolTables(ClientHouse house) {
    this.config = house.config();
    this.pools = house.pools();
    this.house = house;
  }

  // ---- pools ----

  Table pools(List<ShardView> shards, int consoleClients) {
    Map<PoolKey, ShardView> views = new HashMap<>();
    shards.forEach(shard -> views.merge(shard.key(), shard, ShardView::plus));
    Table table = new Table(Topic.POOLS.columns());
    pools.all().stream()
        .sorted(Comparator.comparing((Pool pool) -> pool.key().toString()))
        .forEach(pool -> {
          ShardView view = views.get(pool.key());
          if (view != null) {
            addPool(table, pool, view);
          }
        });
    table.add(
        CONSOLE,
        CONSOLE,
        consoleClients,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        PoolMode.STATEMENT.word(),
        null,
        CONSOLE_POOL_SIZE,
        0,
        Hold.NONE.name().toLowerCase(Locale.ROOT));
    return table;
  }

  private void addPool(Table table, Pool pool, ShardView view) {
    long waitMicros = TimeUnit.NANOSECONDS.toMicros(view.longestWaitNanos());
    Hold hold = pools.gates().holdOf(pool.key().database());
    table.add(
        pool.key().database(),
        pool.key().shownUser(),
        Math.max(0, pool.clientCount() - view.waiting()),
        view.waiting(),
        view.cancelRequests(),
        0,
        view.active(),
        view.cancelRequests(),
        view.beingCancelled(),
        view.idle(),
        view.used(),
        view.tested(),
        view.opening(),
        TimeUnit.MICROSECONDS.toSeconds(waitMicros),
        waitMicros % TimeUnit.SECONDS.toMicros(1),
        pool.settings().poolMode().word(),
        balancing(pool.database()),
        pool.settings().poolSize(),
        view.retiring(),
        hold.name().toLowerCase(Locale.ROOT));
  }

  private static @Nullable String balancing(DatabaseConfig database) {
    return database.endpoints().size() > 1 ? database.loadBalanceHosts().word() : null;
  }

  // ---- databases ----

  Table databases(int consoleClients) {
    Map<String, DatabaseConfig> databases = new TreeMap<>(config.databases());
    pools.all().stream()
        .filter(pool -> pool.key().use() == PoolKey.Use.CLIENTS)
        .forEach(pool -> databases.putIfAbsent(pool.key().database(), pool.database()));
    Table table = new Table(Topic.DATABASES.columns());
    databases.values().forEach(database -> addDatabase(table, database));
    table.add(
        CONSOLE,
        null,
        config.listen().port(),
        CONSOLE,
        CONSOLE,
        CONSOLE_POOL_SIZE,
        0,
        0,
        config.servers().lifetime().toSeconds(),
        PoolMode.STATEMENT.word(),
        null,
        0,
        0,
        0,
        consoleClients,
        0,
        0);
    return table;
  }

  private void addDatabase(Table table, DatabaseConfig database) {
    var overrides = database.overrides();
    Gates gates = pools.gates();
    table.add(
        database.name(),
        database.endpoints().stream().map(Endpoint::host).collect(Collectors.joining(",")),
        database.endpoints().getFirst().port(),
        database.serverDatabase(),
        database.user().orElse(null),
        overrides.poolSize().orElse(config.pools().size()),
        overrides.minPoolSize().orElse(config.pools().minSize()),
        overrides.reservePoolSize().orElse(config.pools().reserveSize()),
        overrides.serverLifetime().orElse(config.servers().lifetime()).toSeconds(),
        overrides.poolMode().map(PoolMode::word).orElse(null),
        balancing(database),
        overrides.maxDbServers().orElse(config.limits().maxDbServers()),
        serverCount(database.name()),
        overrides.maxDbClients().orElse(config.limits().maxDbClients()),
        pools.databaseClients(database.name()).used(),
        gates.isPaused(database.name()) ? 1 : 0,
        gates.isDisabled(database.name()) ? 1 : 0);
  }

  private int serverCount(String database) {
    return pools.all().stream()
        .filter(pool -> pool.key().database().equals(database))
        .mapToInt(Pool::serverCount)
        .sum();
  }

  // ---- users ----

  Table users() {
    TreeSet<String> names = new TreeSet<>(house.secrets().names());
    names.addAll(config.users().keySet());
    pools.all().forEach(pool -> names.add(pool.key().user()));
    Table table = new Table(Topic.USERS.columns());
    for (String name : names) {
      UserConfig user = config.user(name);
      table.add(
          name,
          text(user.poolSize()),
          text(user.reservePoolSize()),
          user.poolMode().map(PoolMode::word).orElse(null),
          user.maxUserServers().orElse(config.limits().maxUserServers()),
          pools.all().stream()
              .filter(pool -> pool.key().user().equals(name))
              .mapToInt(Pool::serverCount)
              .sum(),
          user.maxUserClients().orElse(config.limits().maxUserClients()),
          pools.userClients(name).used());
    }
    return table;
  }

  private static String text(OptionalInt number) {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : "";
  }
}

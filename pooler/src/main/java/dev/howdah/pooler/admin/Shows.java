package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.server.HostResolver;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers SHOW. Safe for all threads, never blocks. */
final class Shows {
  private static final int MEMORY_UNIT_BYTES = 1024;

  private static final String HELP =
      """

      \tSHOW HELP|CONFIG|DATABASES|POOLS|CLIENTS|SERVERS|USERS|VERSION
      \tSHOW PEERS|PEER_POOLS
      \tSHOW TOPOLOGY|REPLICAS|ROUTING
      \tSHOW SOCKETS|ACTIVE_SOCKETS|FDS|LISTS|MEM|STATE|WAITS|PINS|ADVICE
      \tSHOW DNS_HOSTS|DNS_ZONES
      \tSHOW STATS|STATS_TOTALS|STATS_AVERAGES|TOTALS
      \tSET key = arg
      \tPAUSE [<db>]
      \tRESUME [<db>]
      \tDISABLE <db>
      \tENABLE <db>
      \tRECONNECT [<db>]
      \tKILL [<db>]
      \tKILL_CLIENT <client_id>
      \tSUSPEND
      \tSHUTDOWN
      \tSHUTDOWN WAIT_FOR_SERVERS|WAIT_FOR_CLIENTS
      \tWAIT_CLOSE [<db>]\
      """;

  private final ClientHouse house;
  private final Survey survey;
  private final StatsSampler sampler;
  private final HostResolver resolver;
  private final Supplier<List<WaitingClient>> consoleClients;
  private final Supplier<Long> consoleQueries;
  private final Supplier<List<Channel>> listening;
  private final String version;

  /**
   * Answers for one pooler.
   *
   * @param consoleClients the console's own clients
   * @param consoleQueries how many commands the console has answered
   * @param listening the sockets that wait for clients
   */
  Shows(
      ClientHouse house,
      Survey survey,
      StatsSampler sampler,
      HostResolver resolver,
      Supplier<List<WaitingClient>> consoleClients,
      Supplier<Long> consoleQueries,
      Supplier<List<Channel>> listening,
      String version) {
    this.house = house;
    this.survey = survey;
    this.sampler = sampler;
    this.resolver = resolver;
    this.consoleClients = consoleClients;
    this.consoleQueries = consoleQueries;
    this.listening = listening;
    this.version = version;
  }

  /**
   * Shows it.
   *
   * @throws PoolerException if it cannot be shown
   */
  CompletionStage<Reply> show(Topic topic) {
    PoolTables poolTables = new PoolTables(house);
    int consoles = consoleClients.get().size();
    return switch (topic) {
      case ACTIVE_SOCKETS, CLIENTS, PINS, SERVERS, SOCKETS, WAITS -> connections(topic);
      case STATS, STATS_AVERAGES, STATS_TOTALS, TOTALS ->
          survey
              .counts()
              .thenApply(counts ->
                  Reply.rows(
                      StatsTables.of(
                          topic,
                          StatsSampler.byDatabase(counts),
                          consoleQueries.get(),
                          sampler.reference())));
      case ADVICE -> rows(AdviceTable.of(house.advice(), house.pools().all()));
      case CONFIG -> rows(ConfigValues.table(house.config()));
      case DATABASES -> rows(poolTables.databases(consoles));
      case DNS_HOSTS -> rows(dnsHosts());
      case DNS_ZONES -> rows(new Table(topic.columns()));
      case FDS -> descriptors();
      case HELP ->
          CompletableFuture.completedFuture(
              Reply.noticed(
                  ErrorFields.notice(SqlState.SUCCESSFUL_COMPLETION, "Console usage")
                      .withDetail(HELP),
                  "SHOW"));
      case LISTS -> survey.logins().thenApply(logins -> Reply.rows(lists(logins)));
      case MEM -> rows(memory());
      case POOLS ->
          survey.shards().thenApply(shards -> Reply.rows(poolTables.pools(shards, consoles)));
      case PEERS -> rows(PeerTables.peers(house.peers()));
      case PEER_POOLS -> rows(PeerTables.pools(house.peers()));
      case REPLICAS -> rows(RoutingTables.replicas(house.pools().topology()));
      case ROUTING -> rows(RoutingTables.counters(house.reads()));
      case STATE -> rows(state());
      case TOPOLOGY -> rows(RoutingTables.topology(house.pools().topology(), System.nanoTime()));
      case USERS -> rows(poolTables.users());
      case VERSION -> rows(new Table(topic.columns()).add("Howdah " + version));
    };
  }

  private CompletionStage<Reply> descriptors() {
    return survey
        .ask(DescriptorTable::of)
        .thenApply(descriptors -> {
          List<Descriptor> all = new ArrayList<>(descriptors);
          listening.get().forEach(channel -> all.add(Descriptor.listening(channel)));
          return Reply.rows(DescriptorTable.of(all, house.config().listen().port()));
        });
  }

  private static CompletionStage<Reply> rows(Table table) {
    return CompletableFuture.completedFuture(Reply.rows(table));
  }

  private CompletionStage<Reply> connections(Topic topic) {
    return survey
        .clients()
        .thenCombine(
            survey.servers(),
            (clients, servers) -> {
              List<WaitingClient> all = new ArrayList<>(clients);
              all.addAll(consoleClients.get());
              var tables = new ConnectionTables(house.config().listen().port());
              return Reply.rows(
                  switch (topic) {
                    case CLIENTS -> tables.clients(all);
                    case SERVERS -> tables.servers(servers);
                    case WAITS -> tables.waits(clients, servers);
                    case PINS -> tables.pins(servers);
                    default -> tables.sockets(topic, all, servers);
                  });
            });
  }

  private Table dnsHosts() {
    Table table = new Table(Topic.DNS_HOSTS.columns());
    resolver.known().stream()
        .sorted(Comparator.comparing(HostResolver.KnownHost::name))
        .forEach(host ->
            table.add(
                host.name(),
                host.ttlSeconds(),
                host.addresses().stream()
                    .map(address -> address.getHostAddress())
                    .collect(Collectors.joining(","))));
    return table;
  }

  private Table lists(int logins) {
    var pools = house.pools();
    int names = resolver.known().size();
    return new Table(Topic.LISTS.columns())
        .add("databases", new PoolTables(house).databases(0).rows().size())
        .add("users", new PoolTables(house).users().rows().size())
        .add("peers", house.peers().all().size())
        .add("pools", pools.all().size() + 1) // and the console's
        .add("peer_pools", house.peers().poolViews().size())
        .add("free_clients", 0)
        .add("used_clients", house.clients().used())
        .add("login_clients", logins)
        .add("free_servers", 0)
        .add("used_servers", pools.all().stream().mapToInt(pool -> pool.serverCount()).sum())
        .add("dns_names", names)
        .add("dns_zones", 0)
        .add("dns_queries", 0)
        .add("dns_pending", 0);
  }

  private Table state() {
    Hold hold = house.pools().gates().everything();
    return new Table(Topic.STATE.columns())
        .add("active", hold == Hold.NONE ? "yes" : "no")
        .add("paused", hold == Hold.PAUSED ? "yes" : "no")
        .add("suspended", hold == Hold.SUSPENDED ? "yes" : "no");
  }

  private static Table memory() {
    Table table = new Table(Topic.MEM.columns());
    Runtime runtime = Runtime.getRuntime();
    addMemory(table, "heap", runtime.totalMemory() - runtime.freeMemory(), runtime.totalMemory());
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
      long direct = provider.metric().usedDirectMemory();
      long onHeap = provider.metric().usedHeapMemory();
      addMemory(table, "network_buffers_direct", direct, direct);
      addMemory(table, "network_buffers_heap", onHeap, onHeap);
    }
    return table;
  }

  private static void addMemory(Table table, String name, long usedBytes, long totalBytes) {
    table.add(
        name,
        MEMORY_UNIT_BYTES,
        usedBytes / MEMORY_UNIT_BYTES,
        (totalBytes - usedBytes) / MEMORY_UNIT_BYTES,
        totalBytes);
  }
}

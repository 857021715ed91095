package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientState;
import dev.howdah.pooler.client.ClientView;
import dev.howdah.pooler.session.PinView;
import dev.howdah.wire.startup.Replication;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SHOW CLIENTS, SERVERS, SOCKETS, ACTIVE_SOCKETS, WAITS and PINS. */
final class ConnectionTables {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int BUFFER_COLUMNS = 7; // positions in PgBouncer's buffers; we keep none

  private final Moment now = Moment.now();
  private final int listenPort;

  /**
   * Tables of this moment.
   *
   * @param listenPort shown for Unix-domain sockets of clients
   */
  ConnectionTables(int listenPort) {
    this.listenPort = listenPort;
  }

  Table clients(List<WaitingClient> clients) {
    Table table = new Table(Topic.CLIENTS.columns());
    for (WaitingClient client : sorted(clients)) {
      List<@Nullable Object> row = clientRow(client, clientState(client));
      row.add(client.view().serverProcessId());
      row.add(client.view().pool().user());
      row.add(words(client.view().pin()));
      table.add(row.toArray());
    }
    return table;
  }

  Table servers(List<ServerView> servers) {
    Table table = new Table(Topic.SERVERS.columns());
    for (ServerView server : sortedServers(servers)) {
      List<@Nullable Object> row = serverRow(server, server.standing().word());
      row.add(server.transaction());
      row.add(server.closeReason());
      row.add(server.client() == null ? null : words(server.client().pin()));
      table.add(row.toArray());
    }
    return table;
  }

  /** Clients and servers in one table; {@code active} leaves those out that wait for nothing. */
  Table sockets(Topic topic, List<WaitingClient> clients, List<ServerView> servers) {
    boolean active = topic == Topic.ACTIVE_SOCKETS;
    Table table = new Table(topic.columns());
    Set<Long> busy =
        servers.stream().filter(ServerView::owing).map(ServerView::id).collect(Collectors.toSet());
    for (WaitingClient client : sorted(clients)) {
      if (!active || client.isWaiting() || busy.contains(client.view().serverId())) {
        addSocket(table, clientRow(client, client.isWaiting() ? "cl_waiting" : "cl_active"));
      }
    }
    for (ServerView server : sortedServers(servers)) {
      if (!active || server.owing()) {
        addSocket(table, serverRow(server, "sv_" + server.standing().word()));
      }
    }
    return table;
  }

  private static void addSocket(Table table, List<@Nullable Object> row) {
    for (int i = 0; i < BUFFER_COLUMNS; i++) {
      row.add(0);
    }
    table.add(row.toArray());
  }

  private static List<WaitingClient> sorted(List<WaitingClient> clients) {
    return clients.stream()
        .sorted(
            Comparator.comparing((WaitingClient client) -> client.view().pool().toString())
                .thenComparingLong(client -> client.view().id()))
        .toList();
  }

  private static List<ServerView> sortedServers(List<ServerView> servers) {
    return servers.stream()
        .sorted(
            Comparator.comparing((ServerView server) -> server.key().toString())
                .thenComparingLong(ServerView::id))
        .toList();
  }

  private static String clientState(WaitingClient client) {
    if (client.isWaiting()) {
      return "waiting";
    }
    return client.view().state() == ClientState.IDLE ? "idle" : "active";
  }

  private List<@Nullable Object> clientRow(WaitingClient client, String state) {
    ClientView view = client.view();
    long waitedMicros = client.isWaiting() ? micros(now.nanos() - client.sinceNanos()) : 0;
    List<@Nullable Object> row = new ArrayList<>();
    row.add("C");
    row.add(view.user());
    row.add(view.pool().database());
    row.add(word(view.replication()));
    row.add(state);
    row.add(Addresses.host(view.address()));
    row.add(Addresses.port(view.address(), listenPort));
    row.add(Addresses.host(view.localAddress()));
    row.add(Addresses.port(view.localAddress(), listenPort));
    row.add(now.text(view.connectedAtNanos()));
    row.add(now.text(view.requestedAtNanos()));
    row.add(waitedMicros / MICROS_PER_SECOND);
    row.add(waitedMicros % MICROS_PER_SECOND);
    row.add(0);
    addTail(row, view.id(), view.serverId(), 0, view.tls(), view.applicationName());
    return row;
  }

  private List<@Nullable Object> serverRow(ServerView server, String state) {
    ClientView client = server.client();
    int unixPort = server.identity().endpoint().port();
    List<@Nullable Object> row = new ArrayList<>();
    row.add("S");
    row.add(server.key().shownUser());
    row.add(server.key().database());
    row.add(word(client == null ? Replication.OFF : client.replication()));
    row.add(state);
    row.add(Addresses.host(server.identity().address()));
    row.add(Addresses.port(server.identity().address(), unixPort));
    row.add(Addresses.host(server.localAddress()));
    row.add(Addresses.port(server.localAddress(), unixPort));
    row.add(now.text(server.openedAtNanos()));
    row.add(now.text(client == null ? server.usedAtNanos() : client.requestedAtNanos()));
    row.add(0);
    row.add(0);
    row.add(server.closeReason() == null ? 0 : 1);
    addTail(
        row,
        server.id(),
        client == null ? 0 : client.id(),
        server.identity().processId(),
        server.tls(),
        client == null ? "" : client.applicationName());
    return row;
  }

  /** The columns from ptr to id. */
  private static void addTail(
      List<@Nullable Object> row,
      long id,
      long linkId,
      int processId,
      String tls,
      String applicationName) {
    row.add(pointer(id));
    row.add(linkId == 0 ? "" : pointer(linkId));
    row.add(processId);
    row.add(tls);
    row.add(applicationName);
    row.add(0); // prepared statements are not tracked
    row.add(id);
  }

  private static String pointer(long id) {
    return "0x" + Long.toHexString(id);
  }

  private static String word(Replication replication) {
    return switch (replication) {
      case OFF -> "none";
      case LOGICAL -> "logical";
      case PHYSICAL -> "physical";
    };
  }

  private static long micros(long nanos) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  // ---- who keeps its server connection ----

  /** Who keeps a server connection between transactions, the oldest first. */
  Table pins(List<ServerView> servers) {
    record Pinned(ServerView server, ClientView client, PinView pin) {}
    List<Pinned> all = new ArrayList<>();
    for (ServerView server : servers) {
      ClientView client = server.client();
      PinView pin = client == null ? null : client.pin();
      if (client != null && pin != null) {
        all.add(new Pinned(server, client, pin));
      }
    }
    all.sort(Comparator.comparingLong(pinned -> pinned.pin().sinceNanos()));
    Table table = new Table(Topic.PINS.columns());
    for (Pinned each : all) {
      ClientView client = each.client();
      String doing = each.server().transaction();
      table.add(
          client.id(),
          client.pool().database(),
          client.pool().user(),
          client.user(),
          Addresses.host(client.address()),
          Addresses.port(client.address(), listenPort),
          client.applicationName(),
          client.serverProcessId(),
          each.pin().words(),
          mark(each.pin().statement()),
          now.text(each.pin().sinceNanos()),
          micros(now.nanos() - each.pin().sinceNanos()),
          doing.equals("none") ? "idle" : doing);
    }
    return table;
  }

  private static @Nullable String words(@Nullable PinView pin) {
    return pin == null ? null : pin.words();
  }

  private static @Nullable String mark(long statement) {
    return statement == 0 ? null : "0x" + Long.toHexString(statement);
  }

  // ---- who waits for whom ----

  /** For every pool with a queue: who waits, longest first, then who holds its connections. */
  Table waits(List<WaitingClient> clients, List<ServerView> servers) {
    Table table = new Table(Topic.WAITS.columns());
    clients.stream()
        .filter(WaitingClient::isWaiting)
        .map(client -> client.view().pool())
        .distinct()
        .sorted(Comparator.comparing(Object::toString))
        .forEach(key -> {
          clients.stream()
              .filter(client -> client.isWaiting() && client.view().pool().equals(key))
              .sorted(Comparator.comparingLong(WaitingClient::sinceNanos))
              .forEach(client ->
                  addWait(table, "waiter", client.view(), client.sinceNanos(), null, "waiting"));
          servers.stream()
              .filter(server -> server.key().equals(key) && server.client() != null)
              .sorted(Comparator.comparingLong(ConnectionTables::linkedAt))
              .forEach(server -> addHolder(table, server));
        });
    return table;
  }

  private static long linkedAt(ServerView server) {
    ClientView client = server.client();
    return client == null ? 0 : client.linkedAtNanos();
  }

  private void addHolder(Table table, ServerView server) {
    ClientView client = server.client();
    if (client != null) {
      String doing = server.transaction();
      addWait(
          table,
          "holder",
          client,
          client.linkedAtNanos(),
          server.identity().processId(),
          doing.equals("none") ? "idle" : doing);
    }
  }

  private void addWait(
      Table table,
      String role,
      ClientView client,
      long sinceNanos,
      @Nullable Integer serverProcessId,
      String state) {
    table.add(
        client.pool().database(),
        client.pool().user(),
        role,
        client.id(),
        client.user(),
        Addresses.host(client.address()),
        Addresses.port(client.address(), listenPort),
        client.applicationName(),
        micros(now.nanos() - sinceNanos),
        serverProcessId,
        state,
        mark(client.statement()));
  }
}

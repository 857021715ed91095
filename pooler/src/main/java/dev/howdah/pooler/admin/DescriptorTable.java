package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientLogin;
import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.server.ServerConnection;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SHOW FDS: who has which socket. Neither passwords nor keys made from them are ever shown. */
final class DescriptorTable {
  private DescriptorTable() {}

  /** The sockets of a lane, on its event loop. */
  static List<Descriptor> of(Lane lane) {
    List<Descriptor> all = new ArrayList<>();
    for (Lane.Resident resident : lane.residents()) {
      switch (resident) {
        case ClientSession session -> all.add(of(session));
        case ClientLogin login -> {
          Channel channel = login.channel();
          if (channel != null) {
            all.add(Descriptor.loggingIn(channel));
          }
        }
        default -> {
          // Has no socket.
        }
      }
    }
    for (PoolShard shard : lane.shards()) {
      for (ServerConnection server : shard.servers()) {
        all.add(of(server, shard));
      }
    }
    return all;
  }

  private static Descriptor of(ClientSession session) {
    ServerConnection server = session.server();
    return new Descriptor(
        Descriptor.numberOf(session.channel()),
        Descriptor.Task.CLIENT,
        session.describe().user(),
        session.shard().pool().key().database(),
        session.describe().address(),
        session.cancelKey(),
        server == null ? null : Descriptor.numberOf(server.channel()),
        session.settings().values());
  }

  private static Descriptor of(ServerConnection server, PoolShard shard) {
    Map<String, String> parameters = new HashMap<>();
    server
        .parameters()
        .forEach((name, value) -> parameters.put(name.toLowerCase(Locale.ROOT), value));
    return new Descriptor(
        Descriptor.numberOf(server.channel()),
        Descriptor.Task.SERVER,
        shard.pool().key().shownUser(),
        shard.pool().key().database(),
        server.identity().address(),
        null, // the server's own key is for us only
        server.client() instanceof ClientSession session
            ? Descriptor.numberOf(session.channel())
            : null,
        parameters);
  }

  /**
   * The table: who listens, clients, servers.
   *
   * @param listenPort shown for Unix-domain sockets
   */
  static Table of(List<Descriptor> descriptors, int listenPort) {
    Table table = new Table(Topic.FDS.columns());
    descriptors.stream()
        .sorted(
            Comparator.comparing(Descriptor::task)
                .thenComparing(Descriptor::number, Comparator.nullsLast(Integer::compare)))
        .forEach(one ->
            table.add(
                one.number(),
                one.task().name().toLowerCase(Locale.ROOT),
                one.user(),
                one.database(),
                Addresses.host(one.address()),
                Addresses.port(one.address(), listenPort),
                one.cancelKey(),
                one.link(),
                setting(one, "client_encoding"),
                setting(one, "standard_conforming_strings"),
                setting(one, "datestyle"),
                setting(one, "timezone"),
                null,
                null,
                null));
    return table;
  }

  private static @Nullable String setting(Descriptor descriptor, String name) {
    return descriptor.settings().get(name);
  }
}

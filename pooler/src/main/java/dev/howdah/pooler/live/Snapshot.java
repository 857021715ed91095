package dev.howdah.pooler.live;

import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.UserList;
import dev.howdah.pooler.tls.ClientTls;
import dev.howdah.pooler.tls.ServerTls;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything a pooler goes by at one moment. Immutable; a reload makes a new one.
 *
 * @param users who may log in
 * @param clientTls encryption towards clients; null for none
 * @param serverTls encryption towards servers; null for none
 */
public record Snapshot(
    PoolerConfig config,
    UserList users,
    @Nullable ClientTls clientTls,
    @Nullable ServerTls serverTls) {

  /**
   * The one to start with.
   *
   * @throws IOException if encryption cannot be set up
   */
  public static Snapshot first(LoadedConfig loaded) throws IOException {
    PoolerConfig config = loaded.config();
    return make(loaded, newClientTls(config), ServerTls.of(config.serverTls()));
  }

  /**
   * The one that follows this. Encryption is set up anew only where its keys or files changed.
   *
   * @throws IOException if encryption cannot be set up; nothing is left behind then
   */
  Snapshot next(LoadedConfig loaded) throws IOException {
    PoolerConfig after = loaded.config();
    boolean sameClients =
        config.clientTls().equals(after.clientTls())
            && handshakeMax(config).equals(handshakeMax(after));
    ClientTls towardsClients = sameClients ? clientTls : newClientTls(after);
    try {
      boolean sameServers = config.serverTls().equals(after.serverTls());
      return make(
          loaded, towardsClients, sameServers ? serverTls : ServerTls.of(after.serverTls()));
    } catch (IOException e) {
      if (!sameClients && towardsClients != null) {
        towardsClients.close();
      }
      throw e;
    }
  }

  private static Snapshot make(
      LoadedConfig loaded, @Nullable ClientTls clientTls, @Nullable ServerTls serverTls) {
    return new Snapshot(loaded.config(), loaded.users(), clientTls, serverTls);
  }

  private static @Nullable ClientTls newClientTls(PoolerConfig config) throws IOException {
    return ClientTls.of(config.clientTls(), handshakeMax(config));
  }

  private static Duration handshakeMax(PoolerConfig config) {
    return config.timeouts().clientLogin();
  }

  /** Gives back what its encryption holds, but for what {@code successor} uses on. */
  public void release(@Nullable Snapshot successor) {
    ClientTls ours = clientTls;
    if (ours != null && (successor == null || !ours.equals(successor.clientTls))) {
      ours.close();
    }
    ServerTls theirs = serverTls;
    if (theirs != null && (successor == null || !theirs.equals(successor.serverTls))) {
      theirs.close();
    }
  }
}

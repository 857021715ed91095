package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.state.Scenario.Noise;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The other clients of a pool. Before each step of a scenario they take all free server connections
 * and give back the one that the client about to act has not used for longest, so that its next
 * transaction runs on another connection whenever there is one; when the step is over they let go
 * of the rest. On the way each checks that its session is as it left it, and makes noise. One
 * thread.
 */
final class Crowd implements AutoCloseable {
  private static final int SETTLE_ATTEMPTS = 50;
  private static final int SETTLE_MILLIS = 10;

  private final Target pooled;
  private final Connection monitor;
  private final RawClient console;
  private final List<Neighbour> neighbours = new ArrayList<>();
  private final List<Neighbour> holders = new ArrayList<>();
  private final Map<String, List<Integer>> usedBy = new HashMap<>();
  private final Set<String> complaints = new TreeSet<>();
  private int moves;

  private Crowd(Target pooled, Connection monitor, RawClient console) {
    this.pooled = pooled;
    this.monitor = monitor;
    this.console = console;
  }

  /**
   * Logs them in and makes the pool open as many connections.
   *
   * @param direct the database itself
   */
  static Crowd gather(Target direct, Target pooled, int size, Set<Noise> noise)
      throws IOException, SQLException {
    Crowd crowd =
        new Crowd(pooled, direct.connect(), RawClient.login(pooled.in("pgbouncer"), Map.of()));
    for (int i = 0; i < size; i++) {
      // The first one never changes anything: it sees what others leave behind.
      crowd.neighbours.add(Neighbour.login(pooled, i, i == 0 ? Set.of() : noise));
    }
    for (Neighbour neighbour : crowd.neighbours) {
      neighbour.hold();
      crowd.holders.add(neighbour);
    }
    crowd.letGo();
    return crowd;
  }

  /** Takes all free server connections but one, which {@code client} has not used for longest. */
  void closeIn(String client) throws IOException, InterruptedException {
    int free = Math.min(freeConnections(), neighbours.size());
    List<Integer> used = usedBy.getOrDefault(client, List.of());
    @Nullable Neighbour spared = null;
    for (Neighbour neighbour : neighbours.subList(0, free)) {
      int pid = neighbour.hold();
      holders.add(neighbour);
      if (spared == null || used.indexOf(pid) < used.indexOf(spared.pid())) {
        spared = neighbour;
      }
    }
    if (spared != null) {
      boolean moving = used.isEmpty() || used.getLast() != spared.pid();
      moves += moving ? 1 : 0;
      spared.letGo();
      holders.remove(spared);
    }
  }

  /** Gives all connections back, and notes which one {@code client} has used. */
  void open(String client) throws IOException, SQLException {
    Integer pid = lastUsed();
    List<Integer> used = usedBy.computeIfAbsent(client, _ -> new ArrayList<>());
    used.remove(/* element */ pid);
    used.add(pid);
    letGo();
  }

  /** How often a client was left with a server connection that it had not used last. */
  int moves() {
    return moves;
  }

  /** What they saw that they should not have seen. */
  Set<String> complaints() {
    neighbours.forEach(neighbour -> complaints.addAll(neighbour.complaints()));
    return complaints;
  }

  @Override
  public void close() throws IOException, SQLException {
    for (Neighbour neighbour : neighbours) {
      neighbour.close();
    }
    console.terminate();
    monitor.close();
  }

  private void letGo() throws IOException {
    for (Neighbour holder : holders) {
      holder.letGo();
    }
    holders.clear();
  }

  /** The server process whose state changed last, but for those of the holders. */
  private int lastUsed() throws SQLException {
    String held = holders.stream().map(holder -> "," + holder.pid()).collect(Collectors.joining());
    try (Statement ask = monitor.createStatement();
        ResultSet result =
            ask.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid NOT IN (pg_backend_pid()"
                    + held
                    + ") ORDER BY state_change DESC NULLS LAST LIMIT 1")) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  /** How many server connections of the pool are idle, once the pooler is done with cleaning. */
  private int freeConnections() throws IOException, InterruptedException {
    int free = 0;
    for (int attempt = 0; attempt < SETTLE_ATTEMPTS; attempt++) {
      List<String> states =
          TextRows.of(console.query("SHOW SERVERS")).stream()
              .filter(row ->
                  pooled.database().equals(row.get("database"))
                      && pooled.user().equals(row.get("user")))
              .map(row -> row.getOrDefault("state", ""))
              .toList();
      free = (int) states.stream().filter(Set.of("idle", "used")::contains).count();
      if (states.stream().allMatch(Set.of("idle", "used", "active")::contains)) {
        break;
      }
      Thread.sleep(SETTLE_MILLIS);
    }
    return free;
  }
}

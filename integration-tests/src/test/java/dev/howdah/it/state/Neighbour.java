package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient;
import dev.howdah.it.clients.RawClient.Message;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.state.Scenario.Noise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One of the crowd: can take a server connection by a transaction and, while it has it, checks that
 * its session is as it left it. One thread.
 */
final class Neighbour implements AutoCloseable {
  /** A custom setting that was ever known to a server connection is empty there, not NULL. */
  private static final String LOOK =
      """
      SELECT concat_ws(', ', current_user, current_setting('work_mem'), \
      current_setting('search_path'), current_setting('TimeZone'), current_setting('DateStyle'), \
      current_setting('application_name'), current_setting('statement_timeout'), \
      current_setting('default_transaction_isolation'), \
      current_setting('session_replication_role'), current_setting('transaction_read_only'), \
      nullif(current_setting('my.x', true), ''))\
      """;

  private static final String FRESH =
      "postgres, 4MB, \"$user\", public, Etc/UTC, ISO, MDY, , 0, read committed, origin, off";

  private static final List<String> NAMES = List.of("s1", "s2");

  private final RawClient connection;
  private final int number;
  private final Set<Noise> noise;
  private final List<String> complaints = new ArrayList<>();
  private String expected = FRESH;
  private boolean prepared;
  private boolean listening;
  private int pid;

  private Neighbour(RawClient connection, int number, Set<Noise> noise) {
    this.connection = connection;
    this.number = number;
    this.noise = noise;
  }

  static Neighbour login(Target target, int number, Set<Noise> noise) throws IOException {
    return new Neighbour(RawClient.login(target, Map.of()), number, noise);
  }

  /** Opens a transaction, which takes a server connection, and returns that one's process id. */
  int hold() throws IOException {
    connection.query("BEGIN");
    pid = Integer.parseInt(ask("SELECT pg_backend_pid()"));
    String seen = ask(LOOK);
    if (!seen.equals(expected)) {
      complain("has the settings " + seen + " where it left " + expected);
    }
    if (noise.contains(Noise.SETTINGS)) {
      changeSettings();
    }
    if (noise.contains(Noise.STATEMENTS)) {
      useStatements();
    }
    if (noise.contains(Noise.LISTEN) && !listening) {
      connection.query("LISTEN noise_" + number);
      listening = true;
    }
    return pid;
  }

  /** The server process of the last {@link #hold}. */
  int pid() {
    return pid;
  }

  /** Ends the transaction. */
  void letGo() throws IOException {
    List<Message> answer = connection.query("COMMIT");
    if (answer.stream().noneMatch(message -> message.text().startsWith("COMMIT"))) {
      complain("could not commit: " + answer);
    }
    if (answer.stream().anyMatch(message -> message.type() == 'A')) {
      complain("was notified: " + answer);
    }
  }

  /** What was wrong since the last call. */
  List<String> complaints() {
    List<String> all = List.copyOf(complaints);
    complaints.clear();
    return all;
  }

  @Override
  public void close() throws IOException {
    connection.terminate();
  }

  private void changeSettings() throws IOException {
    String own = "noise_" + number;
    connection.query("SET ROLE NONE"); // who is bob may not set all that follows
    connection.query("SET work_mem = '" + (1000 + number) + "kB'");
    connection.query("SET search_path = " + own);
    connection.query("SET TimeZone = 'Pacific/Chatham'");
    connection.query("SET DateStyle = 'German, DMY'");
    connection.query("SET application_name = '" + own + "'");
    connection.query("SET statement_timeout = '59s'");
    connection.query("SET default_transaction_isolation = 'repeatable read'");
    connection.query("SET session_replication_role = 'replica'");
    connection.query("SET my.x = '" + own + "'");
    if (number % 2 == 0) {
      connection.query("SET ROLE bob");
    }
    expected =
        (number % 2 == 0 ? "bob" : "postgres")
            + ", %dkB, %s, Pacific/Chatham, German, DMY, %s, 59s, repeatable read, replica, off, %s"
                .formatted(1000 + number, own, own, own);
  }

  /** Statements under names that others use as well, with texts of its own. */
  private void useStatements() throws IOException {
    for (String name : NAMES) {
      List<Packet> packets = new ArrayList<>();
      if (!prepared) {
        packets.add(Packet.parse("Parse " + name + ": SELECT 'noise " + number + " " + name + "'"));
      }
      packets.add(Packet.parse("Bind " + name));
      packets.add(Packet.parse("Execute"));
      packets.add(Packet.parse("Sync"));
      for (Packet packet : packets) {
        connection.send(packet.bytes());
      }
      Message message;
      String row = "";
      do {
        message = connection.read();
        row += message.type() == 'D' || message.type() == 'E' ? Wording.of(message) : "";
      } while (message.type() != 'Z');
      if (!row.equals("DataRow noise " + number + " " + name)) {
        complain("executed its statement " + name + " and got " + row);
      }
    }
    prepared = true;
  }

  private String ask(String sql) throws IOException {
    List<Message> answer = connection.query(sql);
    List<Map<String, String>> rows = TextRows.of(answer);
    if (rows.isEmpty()) {
      answer.stream()
          .filter(message -> message.type() == 'E')
          .forEach(message -> complain("asked " + sql + " and got " + Wording.of(message)));
      return "0";
    }
    return rows.getFirst().values().iterator().next();
  }

  private void complain(String what) {
    complaints.add(
        "neighbour " + number + (noise.isEmpty() ? ", who changes nothing, " : " ") + what);
  }
}

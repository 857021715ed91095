package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random messages to PostgreSQL directly and through the pooler: the answers have to be the same,
 * byte for byte. What is checked above all is when a link is over. The pool has one connection, so
 * that a link kept too long blocks the next client, and one given up too early mixes answers.
 */
@ExtendWith(PostgresServer.Shared.class)
class ProtocolOracleTest {
  private static final long SEEDS = Long.getLong("howdah.oracle.seeds", 300);
  private static final long FIRST_SEED = Long.getLong("howdah.oracle.first", 1);

  private final PostgresServer server;

  ProtocolOracleTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void in_session_pooling_random_messages_are_answered_as_by_postgresql() throws Exception {
    compare("session", true);
  }

  @Test
  void in_transaction_pooling_random_messages_are_answered_as_by_postgresql() throws Exception {
    compare("transaction", false);
  }

  private void compare(String poolMode, boolean named) throws Exception {
    Target direct = server.createDatabase("oracle");
    server.local().execute(direct.database(), "CREATE UNLOGGED TABLE sink (a int, b text)");
    List<String> differences = new ArrayList<>();
    try (TestPooler pooler =
        TestPooler.before(
            direct,
            poolMode,
            "default_pool_size = 1",
            "query_wait_timeout = 10",
            "server_login_retry = 0.1")) {
      Target pooled = pooler.target(direct);
      System.out.printf(
          "%s pooling: seeds %d to %d%n", poolMode, FIRST_SEED, FIRST_SEED + SEEDS - 1);
      for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
        Conversation conversation = Conversation.of(seed, named);
        List<String> expected = answersOf(conversation, direct);
        differences.addAll(compareOne(conversation, expected, pooled, poolMode));
        if (differences.size() > 3) {
          break;
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static List<String> answersOf(Conversation conversation, Target target)
      throws IOException {
    try (RawClient client = RawClient.login(target, Map.of())) {
      List<String> heard = conversation.holdWith(client);
      client.terminate();
      return heard;
    }
  }

  private static List<String> compareOne(
      Conversation conversation, List<String> expected, Target pooled, String poolMode) {
    List<String> heard = List.of();
    try {
      if (conversation.seed() % 5 == 0) {
        try (RawClient leaving = RawClient.login(pooled, Map.of())) {
          conversation.leaveHalfWay(leaving);
        }
      }
      try (RawClient client = RawClient.login(pooled, Map.of())) {
        heard = conversation.holdWith(client);
        if (poolMode.equals("transaction") && conversation.orderly()) {
          assertSomebodyElseIsServed(pooled);
        }
        client.terminate();
      }
    } catch (IOException e) {
      return List.of(conversation + "\n  " + e + "\n  after " + heard);
    }
    return isSame(expected, heard)
        ? List.of()
        : List.of(
            conversation
                + "\n  expected "
                + String.join("\n    ", shortened(expected))
                + "\n  heard "
                + String.join("\n    ", shortened(heard)));
  }

  /**
   * After a fatal error the system may drop answers that were not read yet, for the pooler as for
   * any client; then the pooler ends with an error of its own.
   */
  private static boolean isSame(List<String> expected, List<String> heard) {
    if (!expected.getLast().equals("closed") || !heard.getLast().equals("closed")) {
      return expected.equals(heard);
    }
    boolean lost = heard.size() > 1 && heard.get(heard.size() - 2).contains("C0800");
    int answers = heard.size() - (lost ? 2 : 1);
    int common = Math.min(expected.size() - 1, answers);
    return expected.subList(0, common).equals(heard.subList(0, common));
  }

  private static void assertSomebodyElseIsServed(Target pooled) throws IOException {
    try (RawClient other = RawClient.login(pooled, Map.of())) {
      String answer = other.ask("SELECT 'me'");
      if (!answer.equals("me")) {
        throw new IOException("another client was answered " + answer);
      }
      other.terminate();
    }
  }

  private static List<String> shortened(List<String> messages) {
    return messages.stream()
        .map(line -> line.length() > 100 ? line.substring(0, 100) + "..." : line)
        .toList();
  }
}

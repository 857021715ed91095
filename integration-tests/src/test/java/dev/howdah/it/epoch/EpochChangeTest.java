package dev.howdah.it.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.cli.postgres.StopMode;
import dev.howdah.it.clients.RawClient;
import dev.howdah.it.clients.RawClient.Message;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.topology.NodeSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.util.PSQLException;

/**
 * Two real servers that know nothing of each other, so that what runs where is plain to see, and a
 * pooler that is told by hand which of them is the primary.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EpochChangeTest {
  private static final String DATABASE = "erp";

  private PostgresServer one;
  private PostgresServer two;
  private HandLease hand;
  private TestPooler pooler;

  @BeforeAll
  void startServers() throws SQLException {
    one = server();
    two = server();
  }

  @BeforeEach
  void start() throws SQLException {
    for (PostgresServer server : List.of(one, two)) {
      server
          .local()
          .execute(
              DATABASE,
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
              "DROP TABLE IF EXISTS t",
              "CREATE TABLE t (n int)");
    }
    hand =
        new HandLease(
            List.of(
                NodeSpec.of("pg1", one.local().endpoint()),
                NodeSpec.of("pg2", two.local().endpoint())),
            List.of(one.database(DATABASE), two.database(DATABASE)));
    pooler = TestPooler.start(ini(), Map.of("postgres", ""), hand);
  }

  private static PostgresServer server() throws SQLException {
    PostgresServer server = PostgresServer.start(PostgresOptions.defaults());
    server.local().execute("postgres", "CREATE DATABASE " + DATABASE);
    return server;
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  @AfterAll
  void stopServers() {
    one.close();
    two.close();
  }

  private String ini() {
    return """
    [nodes]
    pg1 = host=%s port=%d
    pg2 = host=%s port=%d
    [routing]
    monitor_user = postgres
    check_interval = 50
    [databases]
    erp = cluster=main
    erp_sessions = cluster=main dbname=erp pool_mode=session
    [pgbouncer]
    pool_mode = transaction
    default_pool_size = 4
    """
        .formatted(
            one.local().endpoint().host(),
            one.local().endpoint().port(),
            two.local().endpoint().host(),
            two.local().endpoint().port());
  }

  private Target target() {
    return pooler.target(one.database(DATABASE));
  }

  private Connection connect() throws SQLException {
    return target().connect(Map.of("preferQueryMode", "simple"));
  }

  private void serveOne() throws Exception {
    hand.publish().get(5, TimeUnit.SECONDS);
  }

  private void failOver() throws Exception {
    hand.fenceAndAwait();
    hand.serve("pg2");
    hand.publish().get(5, TimeUnit.SECONDS);
  }

  private static int port(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT setting::int FROM pg_settings WHERE name = 'port'")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private int portOfOne() {
    return one.local().endpoint().port();
  }

  private int portOfTwo() {
    return two.local().endpoint().port();
  }

  // ---- idle and queued clients ----

  @Test
  void clients_wait_until_it_is_known_who_the_primary_is() throws Exception {
    Future<Integer> port =
        inBackground(() -> {
          try (Connection client = connect();
              Statement statement = client.createStatement()) {
            return port(statement);
          }
        });
    Thread.sleep(200);
    assertThat(port.isDone()).isFalse();

    serveOne();

    assertThat(port.get(10, TimeUnit.SECONDS)).isEqualTo(portOfOne());
  }

  @Test
  void an_idle_client_notices_nothing() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      assertThat(port(statement)).isEqualTo(portOfOne());
      statement.execute("SET application_name = 'picker'");

      failOver();

      assertThat(port(statement)).isEqualTo(portOfTwo());
      try (ResultSet rows = statement.executeQuery("SHOW application_name")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("picker");
      }
    }
  }

  @Test
  void a_client_that_asks_meanwhile_is_held() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      port(statement);
      hand.fenceAndAwait();
      Future<Integer> port = inBackground(() -> port(statement));
      Thread.sleep(200);
      assertThat(port.isDone()).isFalse();

      hand.serve("pg2");
      hand.publish();

      assertThat(port.get(10, TimeUnit.SECONDS)).isEqualTo(portOfTwo());
    }
  }

  @Test
  void nothing_is_left_of_the_old_primary_once_the_epoch_is_acknowledged() throws Exception {
    serveOne();
    try (Connection client = connect();
        Connection other = connect();
        Statement statement = client.createStatement();
        Statement busy = other.createStatement()) {
      port(statement);
      busy.execute("BEGIN");
      port(busy);

      hand.fenceAndAwait();

      awaitTrue(
          "the old primary has no clients",
          () -> {
            try (Connection direct = one.database("postgres").connect();
                Statement asks = direct.createStatement();
                ResultSet rows =
                    asks.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '"
                            + DATABASE
                            + "' AND backend_type = 'client backend'")) {
              rows.next();
              return rows.getInt(1) == 0;
            }
          });
    }
  }

  @Test
  void a_server_of_another_cluster_is_never_taken_for_the_primary() throws Exception {
    serveOne();
    hand.fenceAndAwait();
    hand.serveAs("pg2", "pg1");
    hand.publish().get(5, TimeUnit.SECONDS);

    Future<Integer> port =
        inBackground(() -> {
          try (Connection client = connect();
              Statement statement = client.createStatement()) {
            return port(statement);
          }
        });
    Thread.sleep(300);
    assertThat(port.isDone()).isFalse();
    hand.serve("pg1");
    hand.publish();

    assertThat(port.get(10, TimeUnit.SECONDS)).isEqualTo(portOfOne());
  }

  // ---- transactions ----

  @Test
  void an_open_transaction_fails_with_40001_and_can_be_run_again() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      client.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");

      failOver();

      assertState("40001", () -> statement.execute("INSERT INTO t VALUES (2)"));
      assertState("25P02", () -> statement.execute("INSERT INTO t VALUES (3)"));
      client.rollback();
      statement.execute("INSERT INTO t VALUES (4)");
      assertThat(port(statement)).isEqualTo(portOfTwo());
      client.commit();
    }
    assertThat(rows(one)).isEmpty();
    assertThat(rows(two)).containsExactly("4");
  }

  @Test
  void a_commit_of_a_transaction_that_is_lost_fails_and_ends_it() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("INSERT INTO t VALUES (1)");
      failOver();

      assertState("40001", () -> statement.execute("COMMIT"));

      statement.execute("INSERT INTO t VALUES (2)");
    }
    assertThat(rows(two)).containsExactly("2");
  }

  @Test
  void the_same_with_the_extended_protocol() throws Exception {
    serveOne();
    try (Connection client = target().connect();
        Statement statement = client.createStatement()) {
      client.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
      failOver();

      assertState("40001", () -> statement.execute("INSERT INTO t VALUES (2)"));
      assertState("25P02", () -> statement.execute("INSERT INTO t VALUES (3)"));
      client.rollback();
      for (int i = 0; i < 8; i++) { // names its statements after a few times
        statement.execute("INSERT INTO t VALUES (4)");
        client.commit();
      }
    }
    assertThat(rows(two)).hasSize(8);
  }

  @Test
  void a_statement_in_an_open_transaction_fails_with_40001() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("SAVEPOINT a");
      Future<?> sleeps = inBackground(() -> statement.execute("SELECT pg_sleep(30)"));
      Thread.sleep(200);

      failOver();

      assertThat(stateOf(sleeps)).isEqualTo("40001");
      statement.execute("ROLLBACK");
      assertThat(port(statement)).isEqualTo(portOfTwo());
    }
  }

  @Test
  void a_statement_outside_of_a_transaction_may_have_been_committed() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      Future<?> inserts =
          inBackground(
              () -> statement.execute("INSERT INTO t SELECT 1 FROM (SELECT pg_sleep(30)) a"));
      Thread.sleep(200);

      failOver();

      assertThat(stateOf(inserts)).isEqualTo("08007");
    }
  }

  @Test
  void a_commit_on_its_way_may_have_been_carried_out() throws Exception {
    one.local()
        .execute(
            DATABASE,
            "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END'",
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION slow()");
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("INSERT INTO t VALUES (1)");
      Future<?> commits = inBackground(() -> statement.execute("COMMIT"));
      Thread.sleep(200);

      failOver();

      assertThat(stateOf(commits)).isEqualTo("08007");
    }
  }

  @Test
  void what_was_sent_behind_a_rollback_may_have_been_committed() throws Exception {
    serveOne();
    try (RawClient client = RawClient.login(target(), Map.of())) {
      client.query("BEGIN");
      client.query("SELECT 1");
      execute(client, "ROLLBACK");
      execute(client, "INSERT INTO t SELECT 1 FROM (SELECT pg_sleep(30)) a");
      client.send(RawClient.message('S'));
      awaitTrue("the statement runs", () -> runs(one, "INSERT INTO t SELECT 1%"));

      failOver();

      Message answer = client.read();
      while (answer.type() != 'E') {
        answer = client.read();
      }
      assertThat(answer.field('C')).isEqualTo("08007");
    }
  }

  private static void execute(RawClient client, String sql) throws IOException {
    byte[] none = RawClient.int16(0);
    client.send(RawClient.message('P', RawClient.text(""), RawClient.text(sql), none));
    client.send(RawClient.message('B', RawClient.text(""), RawClient.text(""), none, none, none));
    client.send(RawClient.message('E', RawClient.text(""), RawClient.int32(0)));
  }

  private static boolean runs(PostgresServer server, String like) throws SQLException {
    try (Connection direct = server.database("postgres").connect();
        Statement statement = direct.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '"
                    + like
                    + "'")) {
      rows.next();
      return rows.getInt(1) > 0;
    }
  }

  @Test
  void a_transaction_that_is_lost_speaks_the_protocol_to_the_letter() throws Exception {
    serveOne();
    try (RawClient client = RawClient.login(target(), Map.of())) {
      client.query("BEGIN");
      client.query("SELECT 1");
      failOver();

      assertThat(types(client.query("SELECT 1"))).isEqualTo("EZ");
      List<Message> rest = client.query("ROLLBACK; SELECT 2");

      assertThat(types(rest)).isEqualTo("NCTDCZ");
      assertThat(rest.getLast().text()).isEqualTo("I");
    }
  }

  // ---- sessions ----

  @Test
  void a_session_in_session_pooling_moves_with_its_state() throws Exception {
    one.local().execute(DATABASE, "INSERT INTO t VALUES (1)");
    two.local().execute(DATABASE, "INSERT INTO t VALUES (2)");
    serveOne();
    try (Connection client = pooler.target(one.database("erp_sessions")).connect();
        Connection sender = connect();
        Statement statement = client.createStatement();
        Statement sends = sender.createStatement();
        PreparedStatement prepared = client.prepareStatement("SELECT n FROM t")) {
      statement.execute("SET work_mem = '7MB'");
      statement.execute("LISTEN orders");
      for (int i = 0; i < 6; i++) {
        assertThat(number(prepared)).isEqualTo(1);
      }
      assertThat(port(statement)).isEqualTo(portOfOne());

      failOver();

      assertThat(number(prepared)).isEqualTo(2);
      assertThat(port(statement)).isEqualTo(portOfTwo());
      try (ResultSet rows = statement.executeQuery("SHOW work_mem")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("7MB");
      }
      PGConnection listening = client.unwrap(PGConnection.class);
      awaitTrue(
          "the notification comes",
          () -> {
            sends.execute("NOTIFY orders");
            PGNotification[] heard = listening.getNotifications(100);
            return heard != null && heard.length > 0;
          });
    }
  }

  private static int number(PreparedStatement prepared) throws SQLException {
    try (ResultSet rows = prepared.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void a_session_that_holds_a_lock_ends_with_the_primary() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(1)");

      failOver();

      assertState("57P01", () -> port(statement));
    }
  }

  // ---- the lease ----

  @Test
  void nothing_that_was_read_after_the_lease_is_relayed() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      Future<?> inserts =
          inBackground(
              () -> statement.execute("INSERT INTO t SELECT 1 FROM (SELECT pg_sleep(0.5)) a"));
      Thread.sleep(200);

      hand.lapse();

      assertThat(stateOf(inserts)).isEqualTo("08007");
    }
    assertThat(rows(one)).hasSize(1); // it was committed, and nobody was told so
  }

  @Test
  void an_open_transaction_is_held_while_there_is_no_lease_and_goes_on_with_it() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("INSERT INTO t VALUES (1)");
      hand.lapse();
      Future<?> commits = inBackground(() -> statement.execute("COMMIT"));
      Thread.sleep(200);
      assertThat(commits.isDone()).isFalse();

      hand.renew();

      commits.get(5, TimeUnit.SECONDS);
    }
    assertThat(rows(one)).containsExactly("1");
  }

  @Test
  void a_statement_that_was_held_for_want_of_a_lease_fails_with_40001() throws Exception {
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("INSERT INTO t VALUES (1)");
      hand.lapse();
      Future<?> inserts = inBackground(() -> statement.execute("INSERT INTO t VALUES (2)"));
      Thread.sleep(200);
      assertThat(inserts.isDone()).isFalse();

      failOver();

      assertThat(stateOf(inserts)).isEqualTo("40001");
    }
  }

  // ---- a pause ----

  @Test
  void in_a_pause_transactions_end_and_none_begins() throws Exception {
    serveOne();
    try (Connection client = connect();
        Connection other = connect();
        Statement statement = client.createStatement();
        Statement next = other.createStatement()) {
      port(next);
      statement.execute("BEGIN");
      statement.execute("INSERT INTO t VALUES (1)");
      hand.pause();
      CompletableFuture<Void> drained = hand.publish();
      Future<?> waits = inBackground(() -> next.execute("INSERT INTO t VALUES (2)"));
      Thread.sleep(200);
      assertThat(drained).isNotDone();
      assertThat(waits.isDone()).isFalse();

      statement.execute("INSERT INTO t VALUES (3)");
      statement.execute("COMMIT");

      drained.get(5, TimeUnit.SECONDS);
      assertThat(waits.isDone()).isFalse();
      hand.serve("pg1");
      hand.publish();
      waits.get(5, TimeUnit.SECONDS);
    }
    assertThat(rows(one)).containsExactlyInAnyOrder("1", "2", "3");
  }

  // ---- synchronous replication ----

  @Test
  void a_commit_whose_wait_for_the_standby_was_cancelled_is_no_success() throws Exception {
    one.local()
        .execute(
            "postgres",
            "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
            "SELECT pg_reload_conf()");
    serveOne();
    try (Connection client = connect();
        Statement statement = client.createStatement()) {
      Future<?> inserts = inBackground(() -> statement.execute("INSERT INTO t VALUES (1)"));
      awaitTrue("the commit waits", () -> cancelSyncWait() > 0);

      assertThat(stateOf(inserts)).isEqualTo("08007");
    } finally {
      one.local()
          .execute(
              "postgres",
              "ALTER SYSTEM RESET synchronous_standby_names",
              "SELECT pg_reload_conf()");
    }
  }

  private int cancelSyncWait() throws SQLException {
    try (Connection direct = one.database("postgres").connect();
        Statement statement = direct.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event ="
                    + " 'SyncRep'")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  // ---- loss ----

  @Test
  void clients_live_through_a_crash_and_restart_of_the_primary() throws Exception {
    serveOne();
    try (Connection client = connect();
        Connection other = connect();
        Statement statement = client.createStatement();
        Statement open = other.createStatement()) {
      port(statement);
      open.execute("BEGIN");
      port(open);
      one.local().stop(StopMode.IMMEDIATE);
      Future<Integer> waits = inBackground(() -> port(statement));
      assertState("40001", () -> port(open));
      open.execute("ROLLBACK");
      one.local().restart();

      assertThat(waits.get(20, TimeUnit.SECONDS)).isEqualTo(portOfOne());
      assertThat(port(open)).isEqualTo(portOfOne());
    }
  }

  // ---- help ----

  private static String types(List<Message> messages) {
    StringBuilder types = new StringBuilder();
    messages.forEach(message -> types.append(message.type()));
    return types.toString();
  }

  private static List<String> rows(PostgresServer server) throws SQLException {
    try (Connection direct = server.database(DATABASE).connect();
        Statement statement = direct.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM t ORDER BY n")) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  /** Something that may fail. */
  private interface Act {
    void run() throws SQLException;
  }

  private static void assertState(String state, Act act) {
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(
            PSQLException.class, error -> assertThat(error.getSQLState()).isEqualTo(state));
  }

  private static String stateOf(Future<?> fails) throws Exception {
    try {
      fails.get(10, TimeUnit.SECONDS);
      return "success";
    } catch (ExecutionException e) {
      return e.getCause() instanceof SQLException error ? error.getSQLState() : e.toString();
    }
  }

  private static <T> Future<T> inBackground(Callable<T> work) {
    var done = new CompletableFuture<T>();
    Thread.startVirtualThread(() -> {
      try {
        done.complete(work.call());
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  private static void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not in time: " + what);
      }
      Thread.sleep(20);
    }
  }
}

package dev.howdah.pooler.server;

import static dev.howdah.pooler.server.Wire.error;
import static dev.howdah.pooler.server.Wire.message;
import static dev.howdah.pooler.server.Wire.parameter;
import static dev.howdah.pooler.server.Wire.query;
import static dev.howdah.pooler.server.Wire.ready;
import static dev.howdah.pooler.server.Wire.receive;
import static dev.howdah.pooler.server.Wire.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.error.ErrorFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server connection between a scripted server and a client that notes what it hears. */
class ServerConnectionTest {
  private static final Settings PARIS = Settings.NONE.with("TimeZone", "Europe/Paris");
  private static final String SET_PARIS =
      "Q(SELECT pg_catalog.set_config('timezone','Europe/Paris',false))";
  private static final byte[] SETTINGS_DONE = Wire.all(message('C', "SELECT 1\0"), ready('I'));
  private static final byte[] ROW = message('D', "one row");
  private static final byte[] DONE = message('C', "SELECT 1\0");

  private final FakeServers servers = new FakeServers();
  private final EmbeddedChannel channel = servers.channel();
  private final Owner owner = new Owner();
  private final Client client = new Client();
  private final ServerConnection server =
      new ServerConnection(FakeServers.identity(7), servers, owner, null, 0);

  private static final class Owner implements ServerOwner {
    @Override
    public String database() {
      return "erp";
    }

    @Override
    public String user() {
      return "app";
    }

    int free;
    int closed;

    @Override
    public void onFree(ServerConnection connection) {
      free++;
    }

    @Override
    public void onClosed(ServerConnection connection) {
      closed++;
    }
  }

  private static final class Client implements LinkedClient {
    final ByteArrayOutputStream relayed = new ByteArrayOutputStream();
    final List<String> events = new ArrayList<>();
    boolean writable = true;
    boolean wholeMessages = true;
    int flushes;

    @Override
    public void relay(ByteBuf bytes) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy).release();
      relayed.writeBytes(copy);
    }

    @Override
    public void flush() {
      flushes++;
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public boolean sentWholeMessages() {
      return wholeMessages;
    }

    @Override
    public void onSettled(byte status) {
      events.add("settled " + (char) status);
    }

    @Override
    public void onError() {}

    @Override
    public String onParameter(String name, String value) {
      events.add(name + "=" + value);
      return value;
    }

    @Override
    public void onServerLost(@Nullable ErrorFields error) {
      events.add("lost " + (error == null ? "silently" : error.sqlState()));
    }

    @Override
    public void onServerWritable() {
      events.add("server writable");
    }

    String heard() {
      String text = Wire.text(relayed.toByteArray());
      relayed.reset();
      return text;
    }
  }

  @BeforeEach
  void log_in() {
    server.attach(channel);
    server.start("");
  }

  @AfterEach
  void nothing_leaks_and_it_is_closed_once() {
    assertThat(servers.finish()).isZero();
    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
    assertThat(owner.closed).isEqualTo(1);
  }

  // ---- start ----

  @Test
  void without_a_connect_query_it_is_free_at_once() {
    assertThat(server.state()).isEqualTo(ServerState.IDLE);
    assertThat(owner.free).isEqualTo(1);
  }

  @Test
  void a_connect_query_runs_before_it_is_free() {
    EmbeddedChannel other = servers.channel();
    var second = new Owner();
    start(other, second, "SET x = 1");
    assertThat(sent(other)).isEqualTo("Q(SET x = 1)");

    receive(other, message('C', "SET\0"), ready('I'));

    assertThat(second.free).isEqualTo(1);
  }

  @Test
  void a_connect_query_that_fails_closes_it() {
    EmbeddedChannel other = servers.channel();
    var second = new Owner();
    start(other, second, "SET x = 1");

    receive(other, error("ERROR", "42704", "no such parameter"), ready('I'));

    assertThat(other.isOpen()).isFalse();
    assertThat(second.free).isZero();
    assertThat(second.closed).isEqualTo(1);
  }

  private void start(EmbeddedChannel at, Owner by, String connectQuery) {
    var other = new ServerConnection(FakeServers.identity(8), servers, by, null, 0);
    other.attach(at);
    other.start(connectQuery);
  }

  // ---- link ----

  @Test
  void with_equal_settings_only_the_client_is_heard() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    assertThat(sent(channel)).isEqualTo("Q(SELECT 1)");

    receive(channel, ROW, DONE, ready('I'));

    assertThat(client.heard()).isEqualTo("D(one row) C(SELECT 1) Z(I)");
    assertThat(client.events).containsExactly("settled I");
    assertThat(client.flushes).isPositive();
  }

  @Test
  void other_settings_go_first_in_the_same_flush() {
    server.link(client, PARIS);
    assertThat(sent(channel)).isEmpty();

    ask("SELECT 1");

    assertThat(sent(channel)).isEqualTo(SET_PARIS + " Q(SELECT 1)");
  }

  @Test
  void the_answer_to_the_settings_is_swallowed_in_one_buffer() {
    server.link(client, PARIS);
    ask("SELECT 1");

    receive(channel, parameter("TimeZone", "Europe/Paris"), SETTINGS_DONE, ROW, DONE, ready('I'));

    assertThat(client.heard()).isEqualTo("D(one row) C(SELECT 1) Z(I)");
    assertThat(client.events).containsExactly("settled I");
    assertThat(server.settings()).isEqualTo(PARIS);
    assertThat(server.parameters()).containsEntry("TimeZone", "Europe/Paris");
  }

  @Test
  void the_answer_to_the_settings_is_swallowed_byte_by_byte() {
    server.link(client, PARIS);
    ask("SELECT 1");

    for (byte each : Wire.all(SETTINGS_DONE, ROW, DONE, ready('I'))) {
      receive(channel, new byte[] {each});
    }

    assertThat(client.heard()).isEqualTo("D(one row) C(SELECT 1) Z(I)");
    assertThat(client.events).containsExactly("settled I");
  }

  @Test
  void the_answer_to_the_settings_alone_settles_nothing() {
    server.link(client, PARIS);
    ask("SELECT 1");

    receive(channel, SETTINGS_DONE);

    assertThat(client.heard()).isEmpty();
    assertThat(client.events).isEmpty();
    assertThat(server.isOwing()).isTrue();
  }

  @Test
  void refused_settings_close_it_and_leave_the_outcome_unknown() {
    server.link(client, PARIS);
    ask("SELECT 1");

    receive(channel, error("ERROR", "22023", "no such zone"), ready('I'), ROW, DONE, ready('I'));

    assertThat(client.heard()).isEmpty();
    assertThat(client.events).containsExactly("lost 08007");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void settings_tried_for_a_login_are_only_refused() {
    List<String> answers = new ArrayList<>();
    server.link(client, Settings.NONE);
    server.trySettings(PARIS, error -> answers.add(error == null ? "ok" : error.sqlState()));
    assertThat(sent(channel)).isEqualTo(SET_PARIS);

    receive(channel, error("ERROR", "22023", "no such zone"), ready('I'));
    assertThat(answers).containsExactly("22023");
    assertThat(server.settings()).isEqualTo(Settings.NONE);

    server.trySettings(PARIS, error -> answers.add(error == null ? "ok" : error.sqlState()));
    receive(channel, SETTINGS_DONE);
    assertThat(answers).containsExactly("22023", "ok");
    assertThat(server.settings()).isEqualTo(PARIS);
    assertThat(client.heard()).isEmpty();
  }

  @Test
  void a_setting_the_client_changed_is_followed_until_it_is_back() {
    server.link(client, Settings.NONE);
    ask("SET timezone = 'Europe/Paris'");

    receive(channel, parameter("TimeZone", "Europe/Paris"), message('C', "SET\0"), ready('I'));
    assertThat(server.settings()).isEqualTo(PARIS);
    assertThat(client.events).containsExactly("TimeZone=Europe/Paris", "settled I");

    ask("RESET timezone");
    receive(channel, parameter("TimeZone", "UTC"), message('C', "RESET\0"), ready('I'));
    assertThat(server.settings()).isEqualTo(Settings.NONE);
  }

  @Test
  void what_a_client_cannot_set_is_no_setting() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");

    receive(channel, parameter("in_hot_standby", "on"), DONE, ready('I'));

    assertThat(server.settings()).isEqualTo(Settings.NONE);
    assertThat(server.parameters()).containsEntry("in_hot_standby", "on");
  }

  @Test
  void a_large_message_is_relayed_in_pieces() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    byte[] large = message('D', "x".repeat(200_000));

    for (int at = 0; at < large.length; at += 50_000) {
      byte[] piece = Arrays.copyOfRange(large, at, Math.min(at + 50_000, large.length));
      receive(channel, piece);
      assertThat(client.relayed.size()).isEqualTo(at + piece.length);
    }

    receive(channel, DONE, ready('I'));
    assertThat(client.events).containsExactly("settled I");
  }

  @Test
  void a_client_that_is_full_stops_the_reading_until_it_is_not() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    client.writable = false;

    receive(channel, ROW);
    assertThat(channel.config().isAutoRead()).isFalse();

    server.resumeReading();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void it_is_free_again_after_the_link() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    receive(channel, DONE, ready('I'));

    server.unlink();

    assertThat(server.state()).isEqualTo(ServerState.IDLE);
    assertThat(owner.free).isEqualTo(2);
  }

  @Test
  void a_retired_one_is_closed_at_its_release_with_a_goodbye() {
    server.link(client, Settings.NONE);
    server.retire("first reason");
    server.retire("second reason");
    ask("SELECT 1");
    receive(channel, DONE, ready('I'));
    sent(channel);

    server.unlink();

    assertThat(server.retirement()).isEqualTo("first reason");
    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
    assertThat(sent(channel)).isEqualTo("X()");
  }

  // ---- clean-up ----

  @Test
  void an_open_transaction_is_rolled_back_before_the_reset_query() {
    linkInTransaction();

    server.cleanUp("DISCARD ALL");
    assertThat(sent(channel)).isEqualTo("Q(ROLLBACK)");
    receive(channel, message('C', "ROLLBACK\0"), ready('I'));
    assertThat(sent(channel)).isEqualTo("Q(DISCARD ALL)");
    assertThat(owner.free).isEqualTo(1);
    receive(channel, message('C', "DISCARD ALL\0"), ready('I'));

    assertThat(owner.free).isEqualTo(2);
    assertThat(client.heard()).doesNotContain("ROLLBACK", "DISCARD");
  }

  @Test
  void a_reset_query_among_others_resets_the_settings_as_well() {
    server.link(client, PARIS);
    ask("SELECT 1");
    receive(channel, SETTINGS_DONE, DONE, ready('I'));

    server.cleanUp("RESET  ALL; DEALLOCATE ALL");
    receive(channel, message('C', "RESET\0"), message('C', "DEALLOCATE\0"), ready('I'));

    assertThat(server.settings()).isEqualTo(Settings.NONE);
  }

  @Test
  void a_reset_query_that_fails_closes_it() {
    server.link(client, Settings.NONE);

    server.cleanUp("DISCARD ALL");
    receive(channel, error("ERROR", "25001", "cannot run"), ready('I'));

    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
    assertThat(owner.free).isEqualTo(1);
  }

  @Test
  void a_check_that_fails_closes_it() {
    server.check("SELECT 1", () -> owner.free = 100);
    assertThat(sent(channel)).isEqualTo("Q(SELECT 1)");

    receive(channel, error("ERROR", "XX000", "no"), ready('I'));

    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
    assertThat(owner.free).isEqualTo(1);
  }

  // ---- drain ----

  @Test
  void a_drained_one_drops_what_comes_and_cleans_up_at_the_end() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    ask("SELECT 2");
    sent(channel);

    server.drain("DISCARD ALL");
    receive(channel, DONE, ready('I'));
    assertThat(sent(channel)).isEmpty();
    receive(channel, DONE, ready('I'));

    assertThat(sent(channel)).isEqualTo("Q(DISCARD ALL)");
    assertThat(client.heard()).isEmpty();
    assertThat(client.events).isEmpty();
  }

  @Test
  void a_batch_without_sync_gets_the_goodbye() {
    server.link(client, Settings.NONE);
    send(message('P', "\0SELECT 1\0\0\0"));
    sent(channel);

    server.drain("");

    assertThat(sent(channel)).isEqualTo("X()");
  }

  @Test
  void a_copy_that_waits_for_a_client_that_left_gets_the_goodbye() {
    server.link(client, Settings.NONE);
    ask("COPY t FROM STDIN");
    sent(channel);

    server.drain("");
    assertThat(sent(channel)).isEmpty();
    receive(channel, message('G', "\0\0\0"));

    assertThat(sent(channel)).isEqualTo("X()");
    receive(channel, message('N', "\0"));
    assertThat(sent(channel)).as("said once").isEmpty();
  }

  @Test
  void a_query_ignored_after_a_failed_batch_gets_the_goodbye() {
    server.link(client, Settings.NONE);
    send(message('P', "\0SELEKT 1\0\0\0"));
    ask("SELECT 1");
    sent(channel);

    server.drain("");
    receive(channel, error("ERROR", "42601", "syntax error"));

    assertThat(sent(channel)).isEqualTo("X()");
  }

  // ---- doubt ----

  @Test
  void after_a_copy_that_may_be_answered_once_more_a_barrier_finds_out() {
    server.link(client, Settings.NONE);
    failACopyWithASyncBeforeItsData();
    assertThat(client.events).isEmpty();
    assertThat(sent(channel)).endsWith("Q()");
    assertThat(client.heard()).endsWith("Z(I)");

    receive(channel, message('I', ""), ready('I'));

    assertThat(client.events).containsExactly("settled I");
    assertThat(client.heard()).isEmpty();
  }

  @Test
  void what_comes_before_the_answer_to_the_barrier_is_for_the_client() {
    server.link(client, Settings.NONE);
    failACopyWithASyncBeforeItsData();
    client.heard();

    receive(channel, ready('I'), message('I', ""), ready('I'));

    assertThat(client.heard()).isEqualTo("Z(I)");
    assertThat(client.events).containsExactly("settled I");
  }

  @Test
  void what_is_asked_behind_the_barrier_is_answered_behind_it() {
    server.link(client, Settings.NONE);
    failACopyWithASyncBeforeItsData();
    client.heard();
    ask("SELECT 1");

    receive(channel, message('I', ""), ready('I'), ROW, DONE, ready('I'));

    assertThat(client.heard()).isEqualTo("D(one row) C(SELECT 1) Z(I)");
    assertThat(client.events).containsExactly("settled I");
  }

  @Test
  void a_barrier_never_gets_into_the_middle_of_a_message() {
    server.link(client, Settings.NONE);
    client.wholeMessages = false;
    failACopyWithASyncBeforeItsData();
    assertThat(sent(channel)).isEmpty();

    client.wholeMessages = true;
    server.endDoubt();

    assertThat(sent(channel)).isEqualTo("Q()");
    receive(channel, message('I', ""), ready('I'));
    assertThat(client.events).containsExactly("settled I");
  }

  private void failACopyWithASyncBeforeItsData() {
    for (char type : "PBES".toCharArray()) {
      server.awaited().sent((byte) type);
    }
    receive(channel, message('G', "\0\0\0"));
    server.awaited().sent((byte) 'c');
    server.awaited().sent((byte) 'S');
    receive(channel, error("ERROR", "22P02", "bad data"), ready('I'));
  }

  // ---- cancel ----

  @Test
  void an_abandoned_one_is_free_when_it_has_answered_and_the_cancel_was_delivered() {
    server.link(client, Settings.NONE);
    ask("SELECT pg_sleep(100)");

    server.abandon("", true);
    assertThat(server.state()).isEqualTo(ServerState.DRAINING);
    receive(channel, error("ERROR", "57014", "canceled"), ready('I'));
    assertThat(server.state()).isEqualTo(ServerState.CANCELLING);

    servers.cancels.getFirst().delivered(true);
    assertThat(server.state()).isEqualTo(ServerState.IDLE);
    assertThat(client.heard()).isEmpty();
  }

  @Test
  void a_repeated_cancel_never_hits_the_next_client_that_says_goodbye() {
    server.link(client, Settings.NONE);
    ask("SELECT pg_sleep(100)");
    server.abandon("", true);
    servers.cancels.getFirst().delivered(true); // the next one would follow after a pause
    receive(channel, error("ERROR", "57014", "canceled"), ready('I'));
    server.link(new Client(), Settings.NONE);
    ask("INSERT INTO orders VALUES (1)");
    server.drain("");

    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(servers.cancels).hasSize(1);
    receive(channel, DONE, ready('I'));
    assertThat(server.state()).isEqualTo(ServerState.IDLE);
  }

  @Test
  void one_abandoned_in_the_middle_of_a_message_is_closed_when_the_cancel_was_delivered() {
    server.link(client, Settings.NONE);
    ask("SELECT pg_sleep(100)");

    server.abandon("", false);
    assertThat(server.state()).isEqualTo(ServerState.CANCELLING);

    servers.cancels.getFirst().delivered(true);
    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void it_serves_nobody_while_a_cancel_request_is_on_its_way() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    server.cancel(() -> client.events.add("cancelled"));
    receive(channel, DONE, ready('I'));

    server.unlink();
    assertThat(server.state()).isEqualTo(ServerState.CANCELLING);
    assertThat(owner.free).isEqualTo(1);

    servers.cancels.getFirst().delivered(true);
    assertThat(owner.free).isEqualTo(2);
    assertThat(client.events).containsExactly("settled I", "cancelled");
  }

  @Test
  void it_is_closed_when_a_cancel_request_may_still_arrive() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    server.cancel(() -> {});
    receive(channel, DONE, ready('I'));
    server.unlink();

    servers.cancels.getFirst().delivered(false);

    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void a_cancel_delivered_after_the_end_changes_nothing() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    server.abandon("", true);
    channel.close();

    servers.cancels.getFirst().delivered(true);

    assertThat(owner.closed).isEqualTo(1);
  }

  // ---- loss ----

  @Test
  void lost_with_a_statement_in_flight_the_outcome_is_unknown() {
    server.link(client, Settings.NONE);
    ask("COMMIT");

    channel.close();

    assertThat(client.events).containsExactly("lost 08007");
  }

  @Test
  void lost_between_statements_nothing_was_committed() {
    linkInTransaction();

    channel.close();

    assertThat(client.events).containsExactly("settled T", "lost 08006");
  }

  @Test
  void lost_after_its_own_last_words_nothing_is_added() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");

    receive(channel, error("FATAL", "57P01", "terminating connection"));
    channel.close();

    assertThat(client.heard()).contains("57P01");
    assertThat(client.events).containsExactly("lost silently");
  }

  @Test
  void lost_by_an_exception_the_client_is_told_as_well() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");

    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

    assertThat(client.events).containsExactly("lost 08007");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void lost_while_idle_only_the_owner_hears_of_it() {
    receive(channel, error("FATAL", "57P01", "terminating connection"));
    assertThat(server.state()).isEqualTo(ServerState.IDLE);

    channel.close();

    assertThat(owner.closed).isEqualTo(1);
  }

  @Test
  void lost_while_draining_nobody_is_told() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");
    server.drain("");

    channel.close();

    assertThat(client.events).isEmpty();
  }

  @Test
  void a_ready_that_nobody_waits_for_closes_an_idle_one() {
    receive(channel, ready('I'), ready('I'));

    assertThat(server.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void a_ready_that_nobody_waits_for_closes_a_linked_one() {
    server.link(client, Settings.NONE);

    receive(channel, ready('I'));

    assertThat(client.events).containsExactly("lost 08006");
    assertThat(client.heard()).isEmpty();
  }

  @Test
  void a_broken_frame_closes_it() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");

    receive(channel, new byte[] {'D', 0, 0, 0, 3, 0});

    assertThat(client.events).containsExactly("lost 08007");
  }

  @Test
  void half_a_message_is_given_back_with_the_connection() {
    server.link(client, Settings.NONE);
    ask("SELECT 1");

    receive(channel, new byte[] {'Z', 0, 0});
    channel.close();

    assertThat(client.events).containsExactly("lost 08007");
  }

  // ---- moving ----

  @Test
  void after_a_move_it_belongs_to_another_owner() {
    var other = new Owner();

    server.depart(other);
    assertThat(server.state()).isEqualTo(ServerState.MOVING);
    assertThat(server.arrive()).isTrue();
    server.link(client, Settings.NONE);
    server.unlink();
    assertThat(other.free).isEqualTo(1);

    server.depart(owner);
    assertThat(server.arrive()).isTrue();
  }

  private void linkInTransaction() {
    server.link(client, Settings.NONE);
    ask("BEGIN");
    receive(channel, message('C', "BEGIN\0"), ready('T'));
    sent(channel);
  }

  private void ask(String sql) {
    send(query(sql));
  }

  private void send(byte[] message) {
    server.awaited().sent(message[0]);
    server.write(channel.alloc().buffer(message.length).writeBytes(message));
    server.flush();
  }
}

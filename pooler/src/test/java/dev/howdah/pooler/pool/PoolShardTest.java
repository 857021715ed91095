package dev.howdah.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestConfig;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.server.FakeServers;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerState;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolShardTest {
  private final FakeServers servers = new FakeServers();
  private final List<EmbeddedChannel> loops = List.of(new EmbeddedChannel(), new EmbeddedChannel());
  private final List<Waiter> served = new ArrayList<>();

  private final class Client implements Waiter {
    private final boolean login;
    Duration waitMax = Duration.ZERO;
    Settings settings = Settings.NONE;
    @Nullable ServerConnection server;
    @Nullable ErrorFields refusal;
    final List<String> notices = new ArrayList<>();

    Client(boolean login) {
      this.login = login;
    }

    @Override
    public void onCheckout(ServerConnection checkedOut) {
      server = checkedOut;
      served.add(this);
    }

    @Override
    public void onRefused(ErrorFields error) {
      refusal = error;
    }

    @Override
    public void onLongWait(String who) {
      notices.add(who);
    }

    @Override
    public boolean isLogin() {
      return login;
    }

    @Override
    public Settings settings() {
      return settings;
    }

    @Override
    public Duration waitMax() {
      return waitMax;
    }

    ServerConnection server() {
      ServerConnection mine = server;
      if (mine == null) {
        throw new AssertionError("has no server");
      }
      return mine;
    }

    String refusedWith() {
      return refusal == null ? "not refused" : refusal.sqlState();
    }
  }

  @AfterEach
  void nothing_leaks() {
    assertThat(servers.finish()).isZero();
    loops.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void a_first_client_waits_until_a_connection_is_open() {
    PoolShard shard = shard("default_pool_size = 2");

    Client client = checkout(shard);
    assertThat(client.server).isNull();
    assertThat(shard.waiting()).isEqualTo(1);
    servers.accept();

    assertThat(client.server().state()).isEqualTo(ServerState.IDLE);
    assertThat(shard.waiting()).isZero();
    assertThat(shard.counters().checkouts()).isEqualTo(1);
    assertThat(shard.counters().waits()).isEqualTo(1);
  }

  @Test
  void the_connection_released_last_is_handed_out_first() {
    PoolShard shard = shard("default_pool_size = 3");
    List<ServerConnection> opened = openIdle(shard, 3);

    assertThat(checkout(shard).server()).isSameAs(opened.get(2));
    assertThat(checkout(shard).server()).isSameAs(opened.get(1));
  }

  @Test
  void a_connection_with_equal_settings_is_preferred() {
    PoolShard shard = shard("default_pool_size = 3");
    Settings wide = Settings.NONE.with("work_mem", "64MB");
    List<ServerConnection> opened = openIdle(shard, 3);
    opened.getFirst().noteSettings(wide);

    assertThat(checkout(shard, wide).server()).isSameAs(opened.getFirst());
    assertThat(checkout(shard, wide).server()).isSameAs(opened.get(2));
  }

  @Test
  void in_round_robin_equal_settings_do_not_change_the_turn() {
    PoolShard shard = shard("default_pool_size = 2\nserver_round_robin = 1");
    Settings wide = Settings.NONE.with("work_mem", "64MB");
    List<ServerConnection> opened = openIdle(shard, 2);
    opened.getLast().noteSettings(wide);

    assertThat(checkout(shard, wide).server()).isSameAs(opened.getFirst());
  }

  @Test
  void a_connection_that_knows_the_custom_setting_of_another_client_is_the_last_choice() {
    PoolShard shard = shard("default_pool_size = 3\nserver_round_robin = 1");
    Settings custom = Settings.NONE.with("my.x", "1");
    List<ServerConnection> opened = openIdle(shard, 3);
    opened.getFirst().noteSettings(custom);
    opened.getFirst().noteSettings(Settings.NONE);

    assertThat(checkout(shard, custom).server()).isSameAs(opened.getFirst());
    release(shard, opened.getFirst());
    assertThat(checkout(shard).server()).isSameAs(opened.get(1));
    assertThat(checkout(shard).server()).isSameAs(opened.get(2));
    assertThat(checkout(shard).server()).isSameAs(opened.getFirst());
  }

  @Test
  void in_round_robin_the_connection_unused_for_longest_is_handed_out_first() {
    PoolShard shard = shard("default_pool_size = 3\nserver_round_robin = 1");
    List<ServerConnection> opened = openIdle(shard, 3);

    assertThat(checkout(shard).server()).isSameAs(opened.getFirst());
  }

  @Test
  void clients_are_served_in_the_order_they_came() {
    PoolShard shard = shard("default_pool_size = 1");
    Client first = checkout(shard);
    Client second = checkout(shard);
    Client third = checkout(shard);
    servers.accept();

    release(shard, first);
    release(shard, second);

    assertThat(served).containsExactly(first, second, third);
  }

  @Test
  void no_more_connections_are_opened_than_the_pool_may_have() {
    PoolShard shard = shard("default_pool_size = 2");
    for (int i = 0; i < 5; i++) {
      checkout(shard);
    }

    assertThat(servers.attempts).hasSize(2);
    assertThat(shard.pool().serverCount()).isEqualTo(2);
  }

  @Test
  void only_a_few_connections_are_opened_at_a_time() {
    PoolShard shard = shard("default_pool_size = 100");
    for (int i = 0; i < 10; i++) {
      checkout(shard);
    }

    assertThat(servers.attempts).hasSize(4);
  }

  @Test
  void all_users_of_a_database_share_its_limit_and_an_idle_connection_makes_room() {
    Pools pools = pools("default_pool_size = 5\nmax_db_connections = 1", 1);
    PoolShard shard = pool(pools, "anna").shards().getFirst();
    PoolShard other = pool(pools, "ben").shards().getFirst();
    ServerConnection idle = openIdle(shard, 1).getFirst();

    checkout(other);
    assertThat(servers.attempts).isEmpty();
    runLoops();
    assertThat(idle.state()).isEqualTo(ServerState.CLOSED);
    other.onTick(System.nanoTime());

    assertThat(servers.attempts).hasSize(1);
  }

  @Test
  void a_limit_that_was_hit_gives_every_place_back() {
    Pools pools = pools("default_pool_size = 5\nmax_user_connections = 1", 1);
    Pool pool = pool(pools, "anna");

    assertThat(pool.takeSlot(false)).isEqualTo(Pool.Slot.TAKEN);
    assertThat(pool.takeSlot(false)).isEqualTo(Pool.Slot.USER_FULL);
    assertThat(pool.serverCount()).isEqualTo(1);
    pool.giveSlotBack();
    assertThat(pool.takeSlot(false)).isEqualTo(Pool.Slot.TAKEN);
  }

  @Test
  void the_reserve_is_for_clients_that_waited_long_enough() {
    PoolShard patient =
        shard("default_pool_size = 1\nreserve_pool_size = 1\nreserve_pool_timeout = 3600");
    checkout(patient);
    checkout(patient);
    patient.onTick(System.nanoTime());
    assertThat(servers.attempts).hasSize(1);

    servers.attempts.clear();
    PoolShard hasty =
        shard("default_pool_size = 1\nreserve_pool_size = 1\nreserve_pool_timeout = 0.000001");
    checkout(hasty);
    checkout(hasty);
    hasty.onTick(System.nanoTime());
    assertThat(servers.attempts).hasSize(2);
  }

  @Test
  void a_client_that_waited_too_long_is_refused_with_53300() {
    PoolShard shard = shard("default_pool_size = 1");
    checkout(shard);
    Client late = new Client(false);
    late.waitMax = Duration.ofNanos(1);
    shard.checkout(late);

    shard.onTick(System.nanoTime());

    assertThat(late.refusedWith()).isEqualTo("53300");
    assertThat(shard.waiting()).isEqualTo(1);
  }

  @Test
  void a_client_that_waits_long_is_told_once_who_has_the_connections() {
    PoolShard shard = shard("default_pool_size = 1\nquery_wait_notify = 0.000001");
    checkout(shard);
    servers.accept();
    Client waiting = checkout(shard);

    shard.onTick(System.nanoTime());
    shard.onTick(System.nanoTime());

    assertThat(waiting.notices).containsExactly("pool erp/anna: 1 of 1 in use, 1 waiting");
  }

  @Test
  void a_client_that_lost_interest_is_passed_over() {
    PoolShard shard = shard("default_pool_size = 1");
    Client first = checkout(shard);
    Client second = checkout(shard);

    shard.forget(first);
    servers.accept();

    assertThat(served).containsExactly(second);
  }

  // ---- failure ----

  @Test
  void after_a_failure_nothing_is_opened_for_the_retry_pause() {
    PoolShard shard = shard("default_pool_size = 2\nserver_login_retry = 3600");
    Client waiting = checkout(shard);

    servers.refuse();
    shard.onTick(System.nanoTime());

    assertThat(servers.attempts).isEmpty();
    assertThat(waiting.refusedWith()).isEqualTo("not refused");
    assertThat(shard.pool().serverCount()).isZero();
  }

  @Test
  void after_the_retry_pause_it_is_tried_again() {
    PoolShard shard = shard("default_pool_size = 2\nserver_login_retry = 0");
    Client waiting = checkout(shard);
    servers.refuse();

    shard.onTick(System.nanoTime());
    servers.accept();

    assertThat(served).containsExactly(waiting);
  }

  @Test
  void logins_are_refused_at_once_while_others_wait() {
    PoolShard shard = shard("default_pool_size = 2\nserver_login_retry = 3600");
    Client waiting = checkout(shard);
    Client login = new Client(true);
    shard.checkout(login);

    servers.refuse();
    assertThat(login.refusedWith()).isEqualTo("08006");
    assertThat(waiting.refusedWith()).isEqualTo("not refused");

    Client later = new Client(true);
    shard.checkout(later);
    assertThat(later.refusedWith()).isEqualTo("08006");
  }

  @Test
  void a_login_waits_while_there_are_connections() {
    PoolShard shard = shard("default_pool_size = 2\nserver_login_retry = 3600");
    checkout(shard);
    servers.accept();
    Client login = new Client(true);
    shard.checkout(login);

    servers.refuse();

    assertThat(login.refusedWith()).isEqualTo("not refused");
  }

  @Test
  void a_lost_connection_is_replaced_for_those_who_wait() {
    PoolShard shard = shard("default_pool_size = 1");
    checkout(shard);
    Client second = checkout(shard);
    EmbeddedChannel lost = servers.accept();

    lost.close();
    servers.accept();

    assertThat(second.server().state()).isEqualTo(ServerState.IDLE);
    assertThat(shard.servers()).hasSize(1);
  }

  // ---- replication ----

  @Test
  void a_dedicated_connection_is_never_shared() {
    PoolShard shard = shard("default_pool_size = 2");
    Client replica = new Client(false);
    shard.openDedicated(replica, Map.of("replication", "true"));
    assertThat(servers.attempts.getFirst().request().parameters()).containsKey("replication");

    servers.accept();

    assertThat(replica.server().retirement()).isNotNull();
    assertThat(checkout(shard).server).isNull();
  }

  @Test
  void a_dedicated_connection_that_fails_says_nothing_about_the_others() {
    PoolShard shard = shard("default_pool_size = 2\nserver_login_retry = 3600");
    Client replica = new Client(false);
    Client login = new Client(true);
    shard.openDedicated(replica, Map.of("replication", "true"));
    shard.checkout(login);
    assertThat(servers.attempts).hasSize(2);

    servers.refuse();
    assertThat(replica.refusedWith()).isEqualTo("08006");
    assertThat(login.refusedWith()).isEqualTo("not refused");
    servers.accept();

    assertThat(served).containsExactly(login);
  }

  @Test
  void a_dedicated_connection_whose_client_left_is_closed() {
    PoolShard shard = shard("default_pool_size = 2");
    Client replica = new Client(false);
    shard.openDedicated(replica, Map.of("replication", "true"));

    shard.forget(replica);
    EmbeddedChannel channel = servers.accept();

    assertThat(channel.isOpen()).isFalse();
    assertThat(served).isEmpty();
    assertThat(shard.pool().serverCount()).isZero();
  }

  // ---- upkeep ----

  @Test
  void an_idle_connection_is_closed_when_its_address_is_gone() {
    PoolShard shard = shard("default_pool_size = 2");
    ServerConnection idle = openIdle(shard, 1).getFirst();

    shard.onTick(System.nanoTime());
    assertThat(idle.state()).isEqualTo(ServerState.IDLE);
    servers.current = false;
    shard.onTick(System.nanoTime());

    assertThat(idle.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void an_idle_connection_is_closed_after_the_idle_timeout() {
    PoolShard shard = shard("default_pool_size = 2\nserver_idle_timeout = 60");
    ServerConnection idle = openIdle(shard, 1).getFirst();

    shard.onTick(System.nanoTime() + Duration.ofSeconds(59).toNanos());
    assertThat(idle.state()).isEqualTo(ServerState.IDLE);
    shard.onTick(System.nanoTime() + Duration.ofSeconds(61).toNanos());

    assertThat(idle.state()).isEqualTo(ServerState.CLOSED);
  }

  @Test
  void the_minimum_is_kept_open_while_there_are_clients() {
    PoolShard shard = shard("default_pool_size = 5\nmin_pool_size = 2");

    shard.onTick(System.nanoTime());
    assertThat(servers.attempts).isEmpty();
    assertThat(shard.pool().tryEnter()).isTrue();
    shard.onTick(System.nanoTime());
    servers.accept();
    shard.onTick(System.nanoTime());
    servers.accept();
    shard.onTick(System.nanoTime());

    assertThat(servers.attempts).isEmpty();
    assertThat(shard.servers()).hasSize(2);
  }

  // ---- two loops ----

  @Test
  void a_small_pool_lives_on_one_loop_and_a_large_one_on_all() {
    assertThat(pool(pools("default_pool_size = 3", 2), "anna").shards()).hasSize(1);
    assertThat(pool(pools("default_pool_size = 4", 2), "anna").shards()).hasSize(2);
  }

  @Test
  void a_hungry_shard_gets_an_idle_connection_of_its_sibling() {
    Pool pool = pool(pools("default_pool_size = 4", 2), "anna");
    PoolShard rich = pool.shards().getFirst();
    PoolShard poor = pool.shards().getLast();
    List<ServerConnection> opened = openIdle(rich, 4);

    Client hungry = checkout(poor);
    runLoops();

    assertThat(hungry.server()).as("the coldest").isSameAs(opened.getFirst());
    assertThat(rich.servers()).hasSize(3);
    assertThat(poor.servers()).containsExactly(opened.getFirst());
    assertThat(pool.serverCount()).isEqualTo(4);
  }

  @Test
  void a_hungry_shard_gets_the_next_connection_its_sibling_releases() {
    Pool pool = pool(pools("default_pool_size = 4", 2), "anna");
    PoolShard rich = pool.shards().getFirst();
    PoolShard poor = pool.shards().getLast();
    List<Client> busy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      busy.add(checkout(rich));
    }
    acceptAll();
    Client hungry = checkout(poor);
    runLoops();
    assertThat(hungry.server).isNull();

    ServerConnection released = busy.getFirst().server();
    release(rich, busy.getFirst());
    runLoops();

    assertThat(hungry.server()).isSameAs(released);
  }

  // ---- reload ----

  @Test
  void a_larger_pool_opens_for_those_who_wait() {
    Pool pool = pool(pools("default_pool_size = 1", 1), "anna");
    PoolShard shard = pool.shards().getFirst();
    Client first = checkout(shard);
    servers.accept();
    Client second = checkout(shard);
    assertThat(servers.attempts).isEmpty();

    adopt(pool, "default_pool_size = 2");
    servers.accept();

    assertThat(first.server()).isNotSameAs(second.server());
  }

  @Test
  void a_pool_that_has_become_large_lives_on_every_loop() {
    Pool pool = pool(pools("default_pool_size = 1", 2), "anna");
    PoolShard first = pool.shards().getFirst();
    Client client = checkout(first);
    acceptAll();

    adopt(pool, "default_pool_size = 8");
    assertThat(pool.shards()).hasSize(2).contains(first);
    adopt(pool, "default_pool_size = 1");

    assertThat(pool.shards()).hasSize(2); // they lend each other what there is
    PoolShard other =
        pool.shards().stream().filter(shard -> !shard.equals(first)).findFirst().orElseThrow();
    Client waiting = checkout(other);
    runLoops();
    ServerConnection only = client.server();
    release(first, client);
    runLoops();
    assertThat(waiting.server()).isSameAs(only);
  }

  @Test
  void a_smaller_pool_closes_what_is_idle_too_many() {
    Pool pool = pool(pools("default_pool_size = 3", 1), "anna");
    PoolShard shard = pool.shards().getFirst();
    openIdle(shard, 3);

    adopt(pool, "default_pool_size = 1");
    shard.onTick(System.nanoTime());

    assertThat(pool.serverCount()).isEqualTo(1);
  }

  @Test
  void connections_to_another_place_are_replaced_as_they_come_back() {
    Pool pool = pool(pools("default_pool_size = 2", 1), "anna");
    PoolShard shard = pool.shards().getFirst();
    List<ServerConnection> opened = openIdle(shard, 2);
    Client busy = checkout(shard);
    PoolTerms terms = pool.terms();
    DatabaseConfig here = terms.database();
    var elsewhere =
        new DatabaseConfig(
            here.name(),
            Optional.of("elsewhere"),
            here.endpoints(),
            here.loadBalanceHosts(),
            here.user(),
            here.password(),
            here.authQuery(),
            here.overrides(),
            here.connectQuery(),
            here.startupParameters());

    pool.adopt(
        new PoolTerms(elsewhere, terms.settings(), terms.servers(), terms.credentials(), true));
    runLoops();

    assertThat(opened.getFirst().state()).isEqualTo(ServerState.CLOSED);
    assertThat(busy.server().state()).isNotEqualTo(ServerState.CLOSED);
    release(shard, busy);
    assertThat(busy.server().state()).isEqualTo(ServerState.CLOSED);
  }

  private void adopt(Pool pool, String main) {
    PoolerConfig config = TestConfig.withMain(main);
    var database = config.database("erp").orElseThrow();
    pool.adopt(
        new PoolTerms(
            database,
            config.settingsFor(database, "anna"),
            config.servers(),
            pool.terms().credentials(),
            true));
    runLoops();
  }

  // ---- arrangement ----

  private PoolShard shard(String main) {
    return pool(pools(main, 1), "anna").shards().getFirst();
  }

  private Pools pools(String main, int lanes) {
    PoolerConfig config = TestConfig.withMain(main);
    List<Lane> made = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      made.add(new Lane(loops.get(i).eventLoop(), i));
    }
    return new Pools(
        TestConfig.live(config),
        made,
        servers,
        (_, user) -> new ServerCredentials(user, null, Runnable::run));
  }

  private static Pool pool(Pools pools, String user) {
    var database = TestConfig.withMain("").database("erp").orElseThrow();
    return pools.pool(database, user);
  }

  private Client checkout(PoolShard shard) {
    return checkout(shard, Settings.NONE);
  }

  private Client checkout(PoolShard shard, Settings settings) {
    Client client = new Client(false);
    client.settings = settings;
    shard.checkout(client);
    return client;
  }

  /** As a client does at the end of its transaction. */
  private static void release(PoolShard shard, Client client) {
    release(shard, client.server());
  }

  private static void release(PoolShard shard, ServerConnection server) {
    shard.onFree(server);
  }

  private List<ServerConnection> openIdle(PoolShard shard, int count) {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(checkout(shard));
    }
    acceptAll();
    List<ServerConnection> opened = new ArrayList<>();
    for (Client client : clients) {
      opened.add(client.server());
      release(shard, client);
    }
    served.clear();
    return opened;
  }

  private void acceptAll() {
    while (!servers.attempts.isEmpty()) {
      servers.accept();
    }
  }

  private void runLoops() {
    for (int round = 0; round < 5; round++) {
      loops.forEach(EmbeddedChannel::runPendingTasks);
      servers.channels.forEach(EmbeddedChannel::runPendingTasks);
    }
  }
}

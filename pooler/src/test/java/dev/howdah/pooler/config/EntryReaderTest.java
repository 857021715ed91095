package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryReaderTest {

  @TempDir Path directory;

  ConfigFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void an_empty_entry_means_the_same_name_behind_our_unix_socket_directory() throws Exception {
    var database = fixture.database("");

    assertThat(database.serverDatabase()).isEqualTo("erp");
    assertThat(database.serverUser("odoo")).isEqualTo("odoo");
    assertThat(database.endpoints()).containsExactly(new Endpoint("/tmp", 5432));
    assertThat(database.loadBalanceHosts()).isEqualTo(LoadBalanceHosts.ROUND_ROBIN);
    assertThat(database.overrides()).isEqualTo(DatabaseOverrides.NONE);
    assertThat(database.password()).isEmpty();
    assertThat(database.connectQuery()).isEmpty();
    assertThat(database.startupParameters()).isEmpty();
  }

  @Test
  void every_key_of_a_database_is_mapped() throws Exception {
    var database =
        fixture.database(
            "host=a,b port=5433 dbname=prod user=odoo password='it''s' pool_mode=statement"
                + " pool_size=1 min_pool_size=2 reserve_pool_size=3 max_db_connections=4"
                + " max_db_client_connections=5 server_lifetime=6 query_wait_timeout=0"
                + " auth_user=asker auth_query='SELECT ''x'', $1' auth_dbname=users"
                + " load_balance_hosts=disable connect_query='SET x = ''y''' client_encoding=UTF8"
                + " datestyle=ISO timezone=UTC application_name=app");

    assertThat(database)
        .isEqualTo(
            new DatabaseConfig(
                "erp",
                Optional.of("prod"),
                List.of(new Endpoint("a", 5433), new Endpoint("b", 5433)),
                LoadBalanceHosts.DISABLE,
                Optional.of("odoo"),
                Optional.of("it's"),
                new AuthQuery(
                    Optional.of("asker"), Optional.of("SELECT 'x', $1"), Optional.of("users")),
                new DatabaseOverrides(
                    Optional.of(PoolMode.STATEMENT),
                    OptionalInt.of(1),
                    OptionalInt.of(2),
                    OptionalInt.of(3),
                    OptionalInt.of(4),
                    OptionalInt.of(5),
                    Optional.of(Duration.ofSeconds(6)),
                    Optional.of(Duration.ZERO)),
                Optional.of("SET x = 'y'"),
                Map.of(
                    "client_encoding", "UTF8",
                    "datestyle", "ISO",
                    "timezone", "UTC",
                    "application_name", "app")));
    assertThat(database.toString()).doesNotContain("it's");
    assertThat(fixture.database("reserve_pool=9").overrides().reservePoolSize()).hasValue(9);
  }

  @Test
  void every_key_of_a_user_is_mapped() throws Exception {
    var config =
        fixture.config(
            "[users]\nodoo = pool_mode=session pool_size=1 reserve_pool_size=2"
                + " max_user_connections=3 max_user_client_connections=4 query_timeout=5"
                + " query_wait_timeout=6 transaction_timeout=7 idle_transaction_timeout=8"
                + " client_idle_timeout=9 target=prefer-replica\n[pgbouncer]\n");

    assertThat(config.user("odoo"))
        .isEqualTo(
            new UserConfig(
                Optional.of(PoolMode.SESSION),
                OptionalInt.of(1),
                OptionalInt.of(2),
                OptionalInt.of(3),
                OptionalInt.of(4),
                Optional.of(Duration.ofSeconds(5)),
                Optional.of(Duration.ofSeconds(6)),
                Optional.of(Duration.ofSeconds(7)),
                Optional.of(Duration.ofSeconds(8)),
                Optional.of(Duration.ofSeconds(9)),
                Optional.of(Target.PREFER_REPLICA)));
    assertThat(config.user("other")).isEqualTo(UserConfig.NONE);
  }

  @Test
  void the_star_serves_any_other_name_except_the_console() throws Exception {
    var config = fixture.config("[databases]\n* = host=h\nerp = host=e\n[pgbouncer]\n");

    assertThat(config.database("new").orElseThrow().serverDatabase()).isEqualTo("new");
    assertThat(config.database("erp").orElseThrow().endpoints())
        .containsExactly(new Endpoint("e", 5432));
    assertThat(config.isAutomatic("new")).isTrue();
    assertThat(config.isAutomatic("erp")).isFalse();
    assertThat(config.database("pgbouncer")).isEmpty();
  }

  @Test
  void without_a_star_an_unknown_name_is_nothing() throws Exception {
    assertThat(fixture.main("").database("x")).isEmpty();
  }

  @Test
  void the_user_rules_over_the_database_and_the_database_over_the_main_section() throws Exception {
    var config =
        fixture.config(
            """
            [databases]
            erp = host=h pool_size=5 min_pool_size=50 pool_mode=transaction reserve_pool=1
            [users]
            odoo = pool_size=7 query_timeout=3 client_idle_timeout=4
            [pgbouncer]
            default_pool_size = 9
            query_timeout = 30
            """);
    var erp = config.database("erp").orElseThrow();

    var odoo = config.settingsFor(erp, "odoo");
    var other = config.settingsFor(erp, "other");

    assertThat(odoo.poolSize()).isEqualTo(7);
    assertThat(odoo.minPoolSize()).as("capped").isEqualTo(7);
    assertThat(odoo.poolMode()).isEqualTo(PoolMode.TRANSACTION);
    assertThat(odoo.queryTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(other.poolSize()).isEqualTo(5);
    assertThat(other.reservePoolSize()).isEqualTo(1);
    assertThat(other.queryTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(other.queryWaitTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(other.serverLifetime()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void a_forced_user_rules_the_pool_and_the_clients_user_rules_the_client() throws Exception {
    var config =
        fixture.config(
            """
            [databases]
            erp = host=h user=app
            [users]
            app = pool_size=3 query_timeout=1 client_idle_timeout=1
            odoo = pool_size=4 query_timeout=2 client_idle_timeout=2
            [pgbouncer]
            """);

    var settings = config.settingsFor(config.database("erp").orElseThrow(), "odoo");

    assertThat(settings.poolSize()).isEqualTo(3);
    assertThat(settings.queryTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.clientIdleTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void minus_one_and_for_limits_zero_mean_not_set() throws Exception {
    var overrides =
        fixture.database("pool_size=-1 max_db_connections=0 server_lifetime=0").overrides();

    assertThat(overrides).isEqualTo(DatabaseOverrides.NONE);
  }

  @Test
  void broken_connection_strings_are_reported_without_their_content() {
    assertThat(fixture.problemOfDatabase("host=h password=top secret"))
        .startsWith("FILE:2: erp = ***: is no list of key=value pairs from character")
        .doesNotContain("secret");
    assertThat(fixture.problemOfDatabase("password='abc")).contains("closing quote of password");
    assertThat(fixture.problemOfDatabase("password=")).contains("no value for password");
    assertThat(fixture.problemOfDatabase("password='a'b")).contains("behind the closing quote");
    assertThat(fixture.problemOfDatabase("pasword=hunter2"))
        .contains("did you mean password?")
        .doesNotContain("hunter2");
  }

  @Test
  void entries_that_cannot_work_are_refused() {
    assertThat(fixture.problemOfDatabase("host=@abstract")).contains("abstract sockets");
    assertThat(fixture.problemOfDatabase("host=h port=0")).contains("erp: port = 0: is too small");
    assertThat(fixture.problemOfDatabase("host=h port=5432,5433")).contains("whole number");
    assertThat(fixture.problemOfDatabase("pool_size=0")).contains("at least 1");
    assertThat(fixture.problemOfDatabase("database=x")).contains("the key is dbname");
    assertThat(fixture.problems("[databases]\npgbouncer = \n[pgbouncer]\n"))
        .singleElement()
        .asString()
        .contains("admin console");
    assertThat(fixture.problems("[databases]\nx =\n[pgbouncer]\nlisten_addr=*\nunix_socket_dir=\n"))
        .singleElement()
        .asString()
        .contains("names no host");
  }

  @Test
  void peers_are_read_in_order_of_their_ids() throws Exception {
    var peering =
        fixture
            .config(
                """
                [peers]
                16383 = host=/tmp/pooler1
                2 = host=pooler2.example port=7000 pool_size=3
                [pgbouncer]
                peer_id = 2
                default_pool_size = 7
                """)
            .peering();

    assertThat(peering.isOn()).isTrue();
    assertThat(peering.peers().values())
        .containsExactly(
            new PeerConfig(2, new Endpoint("pooler2.example", 7000), 3),
            new PeerConfig(16383, new Endpoint("/tmp/pooler1", 6432), 7));
  }

  @Test
  void peers_that_cannot_work_are_refused() {
    assertThat(problemOfPeer("16384 = host=x")).contains("from 1 to 16383");
    assertThat(problemOfPeer("0 = host=x")).contains("from 1 to 16383");
    assertThat(problemOfPeer("99999999999 = host=x")).contains("from 1 to 16383");
    assertThat(problemOfPeer("one = host=x")).contains("from 1 to 16383");
    assertThat(problemOfPeer("1 =")).contains("name the host");
    assertThat(problemOfPeer("1 = host=@x")).contains("abstract sockets");
    assertThat(problemOfPeer("1 = host=x,y")).contains("one host");
    assertThat(problemOfPeer("1 = host=x pool_size=0")).contains("at least 1");
    assertThat(problemOfPeer("1 = host=x user=y")).contains("there is no such key in [peers]");
  }

  @Test
  void peers_that_come_to_nothing_are_pointed_out() throws Exception {
    assertThat(fixture.load("[peers]\n1 = host=x\n[pgbouncer]\n").warnings().toString())
        .contains("[peers] has no effect");
    assertThat(fixture.load("[pgbouncer]\nso_reuseport = 1\n").warnings().toString())
        .contains("so_reuseport is 1 and peer_id is not set");
    assertThat(fixture.load("[pgbouncer]\nso_reuseport = 1\npeer_id = 1\n").warnings().toString())
        .doesNotContain("peer");
  }

  private String problemOfPeer(String line) {
    return fixture.problems("[peers]\n" + line + "\n[pgbouncer]\n").toString();
  }
}

package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  @TempDir Path directory;

  ConfigFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void all_problems_are_reported_at_once_with_file_and_line() {
    assertThatThrownBy(() ->
            fixture.load(
                """
                [databases]
                erp = host=h pool_size=many
                [pgbouncer]
                listen_port = 70000
                pool_mode = fast
                client_tls13_ciphers = x
                max_clients_conn = 5
                what is this
                """))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            F:2: erp: pool_size = many: is not a whole number
            F:4: listen_port = 70000: is too large; at most 65535
            F:5: pool_mode = fast: is unknown; write one of session, transaction, statement
            F:6: client_tls13_ciphers = x: is not supported: \
            the cipher suites of TLS 1.3 are all sound and cannot be chosen; leave it empty
            F:7: max_clients_conn = 5: there is no such key in [pgbouncer]; \
            did you mean max_client_conn?
            F:8: is neither a section, a comment nor key = value; \
            names with unusual characters need double quotes\
            """
                .replace("F:", fixture.file("pgbouncer.ini") + ":"));
  }

  @Test
  void refused_keys_say_why_and_are_fine_at_a_harmless_value() throws ConfigException {
    assertThat(fixture.problemOfMain("auth_type = pam")).contains("PAM is not planned");
    assertThat(fixture.problemOfMain("auth_type = crypt")).contains("removed it in 1.7");
    assertThat(fixture.problemOfMain("auth_type = gss")).contains("write one of any, trust");
    assertThat(fixture.problemOfMain("client_tls_protocols = tlsv1.0")).contains("are broken");
    assertThat(fixture.problemOfMain("server_tls_ciphers = HIGH")).contains("has HIGH, which");
    assertThat(fixture.problemOfMain("client_tls_dheparams = legacy")).contains("leave it at auto");
    assertThat(fixture.problemOfMain("disable_pqexec = 1")).contains("leave it at 0");
    assertThat(fixture.problemOfMain("dns_zone_check_period = 5")).contains("dns_max_ttl");
    assertThat(fixture.problemOfMain("resolv_conf = /x")).contains("system's resolver");
    assertThat(fixture.problemOfMain("pool_size = 5")).contains("the key is default_pool_size");
    assertThat(fixture.problemOfMain("unix_socket_dir = @x")).contains("abstract sockets");

    assertThat(fixture.main("disable_pqexec = off\ndns_zone_check_period = 0.0\nuser =\n"))
        .isEqualTo(fixture.main(""));
  }

  @Test
  void numbers_follow_c_and_refuse_nonsense() throws ConfigException {
    assertThat(fixture.main("unix_socket_mode = 448").listen().unixSocketMode()).isEqualTo(0700);
    assertThat(fixture.main("listen_port = 0x10").listen().port()).isEqualTo(16);
    assertThat(fixture.main("query_timeout = .5").timeouts().query())
        .isEqualTo(Duration.ofMillis(500));
    assertThat(fixture.main("log_stats = 2").log().stats()).isTrue();
    assertThat(fixture.problemOfMain("query_timeout = 1 week")).contains("us, ms, s, min, h, d");
    assertThat(fixture.problemOfMain("query_timeout = -1")).contains("is not a duration");
    assertThat(fixture.problemOfMain("query_timeout = 99999999999")).contains("too long");
    assertThat(fixture.problemOfMain("query_timeout = 0.0000001")).contains("at least 1us");
    assertThat(fixture.problemOfMain("tcp_user_timeout = x")).contains("milliseconds");
    assertThat(fixture.problemOfMain("tcp_keepidle = 1.5")).contains("whole seconds");
    assertThat(fixture.problemOfMain("pkt_buf = 4K")).contains("B, kB, MB, GB");
    assertThat(fixture.problemOfMain("log_stats = maybe")).contains("write 1 or 0");
    assertThat(fixture.problemOfMain("sbuf_loopcnt = x")).contains("whole number");
    assertThat(fixture.problemOfMain("default_pool_size = 0")).contains("at least 1");
  }

  @Test
  void the_main_section_may_be_called_pooler_but_must_not_contradict_itself()
      throws ConfigException {
    assertThat(fixture.config("[pooler]\nlisten_port = 1\n").listen().port()).isEqualTo(1);
    assertThat(fixture.problems("[pooler]\nlisten_port = 1\n[pgbouncer]\nlisten_port = 2\n"))
        .singleElement()
        .asString()
        .contains(":4: listen_port = 2: differs from [pooler] in line 2");
  }

  @Test
  void sections_are_known_by_name() {
    assertThat(fixture.problems("[pgbouncer]\n[database]\nx = y\n"))
        .singleElement()
        .asString()
        .contains("did you mean [databases]?");
    assertThat(fixture.problems("[databases]\n"))
        .singleElement()
        .asString()
        .contains("has no section [pgbouncer]");
    assertThat(fixture.problems("x = y\n[pgbouncer]\n"))
        .singleElement()
        .asString()
        .contains("stands before the first [section]");
  }

  @Test
  void comments_quoted_names_and_titles_with_a_tail_are_read_as_in_pgbouncer()
      throws ConfigException {
    var config =
        fixture.config(
            """
              ; comment
            # comment
            [databases] first = host=a
            "odd ""name""\" = host=b
            'other name' = host=c
            [pgbouncer]
            server_check_query = select 1 ; # kept
            """);

    assertThat(config.databases()).containsOnlyKeys("first", "odd \"name\"", "other name");
    assertThat(config.servers().checkQuery()).isEqualTo("select 1 ; # kept");
  }

  @Test
  void an_include_continues_the_open_section_and_leaves_its_own_open() throws ConfigException {
    var inner = fixture.write("inner.ini", "listen_port = 7\n[databases]\na = host=x\n");

    var config = fixture.config("[pgbouncer]\n%include " + inner + "\nb = host=y\n");

    assertThat(config.listen().port()).isEqualTo(7);
    assertThat(config.databases()).containsOnlyKeys("a", "b");
  }

  @Test
  void problems_in_included_files_name_that_file_and_loops_end() {
    var inner = fixture.write("inner.ini", "listen_port = x\n%include ");
    fixture.write("inner.ini", "listen_port = x\n%include " + inner + "\n");

    assertThat(fixture.problems("[pgbouncer]\n%include " + inner + "\n%include /none\n"))
        .extracting(ConfigProblem::toString)
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).contains("inner.ini:1: listen_port = x"),
            text -> assertThat(text).contains("inner.ini:2: %include").contains("includes itself"),
            text -> assertThat(text).isEqualTo("/none: cannot be read: no such file"));
  }

  @Test
  void values_come_from_the_environment_and_from_files() throws ConfigException {
    fixture.environment("PW", "a b'c");
    var secret = fixture.write("secret", "from file\n");

    assertThat(fixture.database("password=${PW}").password()).contains("a b'c");
    assertThat(fixture.database("password='x${PW}'").password()).contains("xa b'c");
    assertThat(fixture.database("password=${file:" + secret + "}").password())
        .contains("from file");
    assertThat(fixture.database("password=$${PW}").password()).contains("${PW}");
    assertThat(fixture.main("server_check_query = select $1").servers().checkQuery())
        .isEqualTo("select $1");
  }

  @Test
  void what_a_substitution_lacks_is_named_and_its_result_never_shown() {
    fixture.environment("SIZE", "hunter2");

    assertThat(fixture.problemOfDatabase("password=${NONE}"))
        .isEqualTo(
            "FILE:2: erp: password = ***:"
                + " needs the environment variable NONE, which is not set");
    assertThat(fixture.problemOfDatabase("password=${file:/none}"))
        .contains("needs file /none, which cannot be read: no such file");
    assertThat(fixture.problemOfMain("logfile = ${NONE")).contains("lacks the }");
    assertThat(fixture.problemOfMain("logfile = ${a-b}")).contains("neither ${NAME} nor");
    assertThat(fixture.problemOfMain("listen_port = ${SIZE}"))
        .contains("listen_port = ${SIZE}: is not a whole number")
        .doesNotContain("hunter2");
  }

  @Test
  void secrets_appear_neither_in_problems_nor_in_toString() throws ConfigException {
    assertThat(fixture.problemOfMain("server_password = hunter2")).doesNotContain("hunter2");
    assertThat(fixture.problemOfDatabase("passwort=hunter2")).doesNotContain("hunter2");
    assertThat(fixture.config("[databases]\nx = host=h password=hunter2\n[pgbouncer]\n").toString())
        .contains("password=***")
        .doesNotContain("hunter2");
  }

  @Test
  void warnings_tell_what_has_no_effect_and_what_is_replaced() throws ConfigException {
    var loaded =
        fixture.load(
            """
            [databases]
            a = host=h
            a = host=i
            [pgbouncer]
            auth_file = u
            pool_mode = transaction
            sbuf_loopcnt = 9
            listen_port = 1
            listen_port = 2
            [pgbouncer]
            """);

    assertThat(loaded.config().listen().port()).isEqualTo(2);
    assertThat(loaded.warnings())
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).contains(":10: [pgbouncer] is opened again"),
            text -> assertThat(text).contains(":7: sbuf_loopcnt has no effect"),
            text -> assertThat(text).contains(":9: listen_port is set again"),
            text -> assertThat(text).contains(":3: a in [databases] replaces the one of line 2"),
            text -> assertThat(text).contains("auth_file u cannot be read"));
  }

  @Test
  void a_configuration_that_says_what_it_means_has_no_warnings() throws ConfigException {
    var loaded =
        fixture.load(
            """
            [databases]
            a = host=h user=x
            [pgbouncer]
            auth_type = any
            pool_mode = transaction
            server_tls_sslmode = disable
            """);

    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void look_ups_that_cannot_work_are_warned_of() throws ConfigException {
    assertThat(
            fixture.load("[databases]\na = auth_dbname=b\n[pgbouncer]\nauth_user = x\n").warnings())
        .singleElement()
        .asString()
        .contains("auth_dbname b is not in [databases]");
    assertThat(
            fixture
                .load("[databases]\na = auth_query='SELECT 1, 2'\n[pgbouncer]\nauth_user = x\n")
                .warnings())
        .singleElement()
        .asString()
        .contains("auth_query of database a does not ask for $1");
    assertThat(fixture.load("[databases]\n* =\n[pgbouncer]\nauth_user = x\n").warnings()).isEmpty();
  }

  @Test
  void auth_type_any_warns_of_databases_without_a_user() throws ConfigException {
    assertThat(fixture.load("[databases]\n* =\n[pgbouncer]\nauth_type = any\n").warnings())
        .singleElement()
        .asString()
        .contains("database * cannot be used with auth_type any");
  }

  @Test
  void there_must_be_somewhere_to_listen() {
    assertThat(fixture.problemOfMain("unix_socket_dir =")).contains("nowhere to listen");
  }

  @Test
  void a_missing_file_is_a_problem_of_that_file() {
    assertThatThrownBy(
            () -> ConfigLoader.load(fixture.file("none.ini"), Map.<String, String>of()::get))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.ini: cannot be read: no such file");
  }
}

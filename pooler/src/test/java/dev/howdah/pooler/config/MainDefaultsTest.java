package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults are those of PgBouncer 1.25, written down once more by hand. */
class MainDefaultsTest {

  @TempDir Path directory;

  @Test
  void an_empty_section_gives_the_defaults_of_pgbouncer() throws ConfigException {
    var config = new ConfigFixture(directory).main("");

    assertThat(config)
        .isEqualTo(
            new PoolerConfig(
                new ListenConfig(
                    List.of(),
                    6432,
                    128,
                    Optional.of(Path.of("/tmp")),
                    0777,
                    Optional.empty(),
                    false,
                    true),
                new AuthConfig(
                    AuthType.MD5,
                    Optional.empty(),
                    new AuthQuery(
                        Optional.empty(),
                        Optional.of(
                            "SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE"
                                + " rolpassword END FROM pg_authid WHERE rolname=$1 AND"
                                + " rolcanlogin"),
                        Optional.empty()),
                    4096,
                    HbaConfig.NONE),
                new PoolDefaults(
                    PoolMode.SESSION,
                    20,
                    0,
                    0,
                    seconds(5),
                    seconds(3600),
                    false,
                    SessionState.TRACK,
                    Duration.ZERO,
                    true,
                    false,
                    false),
                new LimitConfig(100, 0, 0, 0, 0),
                new ServerConfig(
                    false,
                    seconds(3600),
                    seconds(600),
                    seconds(15),
                    seconds(15),
                    "<empty>",
                    seconds(30),
                    "DISCARD ALL",
                    false),
                new TimeoutConfig(
                    seconds(120),
                    seconds(5),
                    seconds(0),
                    seconds(0),
                    seconds(0),
                    seconds(0),
                    seconds(60),
                    seconds(10)),
                new ProtocolConfig(List.of(), List.of("IntervalStyle"), false, 2147483647L, 200),
                new SocketConfig(4096, 0, true, 0, seconds(0), seconds(0), seconds(0)),
                new DnsConfig(seconds(15), seconds(15)),
                new LogConfig(
                    Optional.empty(),
                    LogFormat.TEXT,
                    Optional.empty(),
                    true,
                    true,
                    true,
                    true,
                    seconds(60),
                    0,
                    -1),
                new ConsoleConfig(Set.of(), Set.of()),
                new ProcessConfig(
                    Optional.empty(), Optional.empty(), 0, IoTransport.EPOLL, seconds(0), false),
                PeeringConfig.NONE,
                Optional.empty(),
                TlsConfig.DISABLED,
                new TlsConfig(
                    TlsMode.PREFER,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("TLSv1.2", "TLSv1.3"),
                    List.of(),
                    TlsMaterial.NONE,
                    false),
                Map.of(),
                null,
                Map.of(),
                new RoutingConfig(
                    List.of(),
                    new RoutingConfig.Probing(
                        TopologyKind.PROBE,
                        "",
                        Optional.empty(),
                        "postgres",
                        Duration.ofMillis(500),
                        seconds(1)),
                    new RoutingConfig.Limits(seconds(10), 0, seconds(5)),
                    Target.REPLICA,
                    ReadYourWrites.DATABASE,
                    Duration.ofMillis(50),
                    ReplicaFallback.PRIMARY,
                    "",
                    0,
                    List.of(
                        "base_registry_signaling", "base_cache_signaling_*", "orm_signaling_*")),
                Optional.empty()));
  }

  @Test
  void the_catalogue_knows_the_defaults_of_keys_that_do_not_work_yet() {
    assertThat(defaultOf("client_tls_sslmode")).isEqualTo("disable");
    assertThat(defaultOf("server_tls_sslmode")).isEqualTo("prefer");
    assertThat(defaultOf("client_tls_protocols")).isEqualTo("secure");
    assertThat(defaultOf("client_tls_ciphers")).isEqualTo("default");
    assertThat(defaultOf("client_tls_ecdhcurve")).isEqualTo("auto");
    assertThat(defaultOf("client_tls_dheparams")).isEqualTo("auto");
    assertThat(defaultOf("disable_pqexec")).isEqualTo("0");
    assertThat(defaultOf("dns_zone_check_period")).isEqualTo("0");
    assertThat(defaultOf("peer_id")).isEqualTo("0");
    assertThat(defaultOf("sbuf_loopcnt")).isEqualTo("5");
    assertThat(defaultOf("server_fast_close")).isEqualTo("0");
    assertThat(defaultOf("suspend_timeout")).isEqualTo("10");
    assertThat(defaultOf("syslog")).isEqualTo("0");
    assertThat(defaultOf("syslog_facility")).isEqualTo("daemon");
    assertThat(defaultOf("syslog_ident")).isEqualTo("pgbouncer");
    assertThat(defaultOf("job_name")).isEqualTo("pgbouncer");
  }

  @Test
  void every_default_of_the_main_section_may_be_written_out() throws ConfigException {
    var lines = new StringBuilder();
    for (ConfigKey key : KeyCatalogue.keys()) {
      if (key.section() == Section.PGBOUNCER) {
        lines.append(key.name()).append(" = ").append(key.defaultValue()).append('\n');
      }
    }
    var fixture = new ConfigFixture(directory);

    var writtenOut = fixture.load("[pgbouncer]\n" + lines);

    assertThat(writtenOut.config()).isEqualTo(fixture.main(""));
    assertThat(writtenOut.warnings()).singleElement().asString().contains("auth_file is not set");
  }

  private static String defaultOf(String name) {
    return KeyCatalogue.find(Section.PGBOUNCER, name).orElseThrow().defaultValue();
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}

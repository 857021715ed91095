package dev.howdah.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.DebianPgBouncer;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Debian's exporter of PgBouncer's figures for Prometheus, once at PgBouncer and once at us. Its
 * release is older than PgBouncer 1.8, whose SHOW STATS it fails to read from either; so its
 * collectors are run one by one.
 */
@ExtendWith(PostgresServer.Shared.class)
class ExporterTest {
  private static final Path EXPORTER = Path.of("/usr/bin/prometheus-pgbouncer-exporter");

  private final PostgresServer server;

  ExporterTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void each_collector_of_the_exporter_finds_the_same_metrics_or_fails_alike() throws Exception {
    Target direct = server.createDatabase("exported");
    String[] lines = {
      "admin_users = postgres",
      "server_tls_sslmode = disable",
      "ignore_startup_parameters = extra_float_digits"
    };
    String ours;
    String theirs;
    try (TestPooler howdah = TestPooler.before(direct, "transaction", lines)) {
      ours = metrics(howdah.target(direct));
    }
    try (DebianPgBouncer pgbouncer = DebianPgBouncer.before(direct, lines)) {
      theirs = metrics(pgbouncer.target(direct));
    }

    assertThat(theirs).contains("pgbouncer_databases").contains("pgbouncer_pools");
    assertThat(ours)
        .isEqualTo(
            theirs.replaceAll(
                // What PgBouncer 1.18 calls reserve_pool is reserve_pool_size in 1.25.
                "DatabasesCollector(\\n  .*)+", "DatabasesCollector KeyError('reserve_pool')"));
  }

  /** The names of the exported metrics, each with the labels it has. */
  private static String metrics(Target target) throws Exception {
    if (!Files.isExecutable(EXPORTER)) {
      throw Program.missing("the exporter", "prometheus-pgbouncer-exporter");
    }
    try (Connection client = target.connect(Map.of("preferQueryMode", "simple"))) {
      client.createStatement().execute("SELECT 1"); // so that there is a pool
      return Program.of(
              Path.of("/usr/bin/python3"),
              "python3",
              "-c",
              Transcript.resource("/python/exporter.py"),
              target.user(),
              Integer.toString(target.endpoint().port()),
              target.endpoint().host())
          .run()
          .succeeded()
          .out();
    }
  }
}

package dev.howdah.cli.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeProbe;
import dev.howdah.failover.observe.ProbeDeadlines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalPostgresTest {

  private static final NodeCredentials CREDENTIALS =
      new NodeCredentials("postgres", Optional.empty(), "postgres");
  private static final ProbeDeadlines DEADLINES =
      new ProbeDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(5));

  @Test
  void a_standby_streams_what_its_primary_writes_and_survives_its_promotion() throws Exception {
    Path folderOfPrimary;
    Path folderOfStandby;
    try (LocalPostgres primary =
            LocalPostgres.start(Binaries.embedded(), PostgresOptions.defaults());
        LocalPostgres standby = primary.createStandby("follower");
        NodeProbe askPrimary = new NodeProbe(primary.endpoint(), CREDENTIALS, DEADLINES);
        NodeProbe askStandby = new NodeProbe(standby.endpoint(), CREDENTIALS, DEADLINES)) {
      folderOfPrimary = primary.dataDirectory();
      folderOfStandby = standby.dataDirectory();
      primary.execute("postgres", "CREATE TABLE riders AS SELECT generate_series(1, 1000) AS id");

      NodeObservation written = askPrimary.observe();
      await().until(() -> askStandby.observe().lagBytesBehind(written) == 0);
      NodeObservation follower = askStandby.observe();

      assertThat(written.inRecovery()).isFalse();
      assertThat(follower.inRecovery()).isTrue();
      assertThat(follower.sharesHistoryWith(written)).isTrue();
      assertThat(follower.timeline()).isEqualTo(1);
      assertThat(askPrimary.observe().standbys())
          .singleElement()
          .satisfies(seen -> assertThat(seen.name()).isEqualTo("follower"))
          .satisfies(seen -> assertThat(seen.isStreaming()).isTrue());
      assertThat(count(standby, "riders")).isEqualTo(1000);

      primary.stop(StopMode.IMMEDIATE);
      standby.execute("postgres", "SELECT pg_promote(true)");

      assertThat(askStandby.observe().timeline()).isEqualTo(2);
      assertThat(askStandby.observe().inRecovery()).isFalse();
      assertThatThrownBy(askPrimary::observe).isInstanceOf(SQLException.class);

      primary.restart();

      assertThat(askPrimary.observe().timeline()).isEqualTo(1);
    }
    assertThat(folderOfPrimary.getParent()).doesNotExist();
    assertThat(folderOfStandby.getParent()).doesNotExist();
  }

  @Test
  void access_rules_settings_and_the_superuser_password_are_the_callers_choice() throws Exception {
    PostgresOptions options =
        PostgresOptions.defaults()
            .withSuperuserPassword("it's a \\ secret")
            .withHbaLines(List.of("host all rider 127.0.0.1/32 scram-sha-256"))
            .withSetting("work_mem", "5MB");
    long pid;
    try (LocalPostgres server = LocalPostgres.start(Binaries.embedded(), options)) {
      pid = server.pid();
      server.execute("postgres", "CREATE ROLE rider LOGIN PASSWORD 'saddle'");

      try (Connection rider =
              DriverManager.getConnection(server.jdbcUrl("postgres"), "rider", "saddle");
          var row = rider.createStatement().executeQuery("SHOW work_mem")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("5MB");
      }
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl("postgres"), "rider", "wrong"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThat(Files.exists(Path.of(server.socketEndpoint().socketPath()))).isTrue();
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void the_servers_of_the_distribution_work_the_same_way() throws Exception {
    Optional<Binaries> installed = Binaries.installed(15);
    assumeTrue(installed.isPresent(), "PostgreSQL 15 is not installed");

    try (LocalPostgres primary =
            LocalPostgres.start(installed.orElseThrow(), PostgresOptions.defaults());
        LocalPostgres standby = primary.createStandby("it's a follower");
        NodeProbe askStandby = new NodeProbe(standby.endpoint(), CREDENTIALS, DEADLINES)) {
      primary.execute("postgres", "CREATE TABLE riders AS SELECT generate_series(1, 10) AS id");

      await().ignoreExceptions().until(() -> count(standby, "riders") == 10);

      assertThat(askStandby.observe().inRecovery()).isTrue();
    }
  }

  @Test
  void a_setting_the_server_refuses_is_reported_with_its_log() {
    PostgresOptions options = PostgresOptions.defaults().withSetting("work_mem", "a lot");

    assertThatThrownBy(() -> LocalPostgres.start(Binaries.embedded(), options))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("invalid value for parameter \"work_mem\"");
  }

  private static long count(LocalPostgres server, String table) throws SQLException {
    try (Connection connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }
}

package dev.howdah.it.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Odoo 18 does through psycopg2: one cursor writes and signals by a sequence, another reads
 * the signal and then the data, READ ONLY. The long form: {@code -Dhowdah.routing.rounds=1000}.
 */
class OdooPatternTest {
  private static final int ROUNDS = Integer.getInteger("howdah.routing.rounds", 150);
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String SCRIPT =
      """
      import sys, psycopg2
      from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ as LEVEL
      rounds = int(sys.argv[1])
      def cursor(readonly):
          connection = psycopg2.connect('')
          connection.set_session(isolation_level=LEVEL, readonly=readonly)
          return connection, connection.cursor()
      write, writing = cursor(False)
      read, reading = cursor(True)
      stale = signals = replicas = 0
      for i in range(1, rounds + 1):
          writing.execute('UPDATE res_partner SET n = %s', (i,))
          writing.execute("SELECT nextval('base_cache_signaling_default')")
          signal = writing.fetchone()[0]
          write.commit()
          reading.execute('SELECT last_value FROM base_cache_signaling_default')
          signals += reading.fetchone()[0] != signal
          read.commit()
          reading.execute('SELECT n, pg_is_in_recovery() FROM res_partner')
          n, replica = reading.fetchone()
          stale += n != i
          replicas += replica
          read.commit()
      try:
          reading.execute("SELECT nextval('base_cache_signaling_default')")
      except psycopg2.errors.ReadOnlySqlTransaction as error:
          print('refused', error.pgcode)
          read.rollback()
      writing.execute("SELECT nextval('base_cache_signaling_default')")
      write.commit()
      print('stale', stale, 'signals', signals, 'on replicas', replicas > rounds / 2)
      """;

  private static Nodes nodes;

  @BeforeAll
  static void start() throws SQLException {
    nodes = new Nodes(1);
    nodes
        .primary()
        .execute(
            Nodes.DATABASE,
            "CREATE TABLE res_partner AS SELECT 0 AS n",
            "CREATE SEQUENCE base_cache_signaling_default");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void odoos_reads_are_on_the_replica_and_never_stale() {
    try (TestPooler pooler = nodes.pooler("", "")) {
      String printed =
          Program.of(PYTHON, "python3", "-c", SCRIPT, Integer.toString(ROUNDS))
              .connectedTo(pooler.target(nodes.direct()))
              .run()
              .succeeded()
              .out();

      assertThat(printed).isEqualTo("refused 25006\nstale 0 signals 0 on replicas True\n");
    }
  }
}

package dev.howdah.bench.sql;

import dev.howdah.pooler.sql.SqlFingerprint;
import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.StatementFacts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Statements as Odoo and pgbench send them, in nanoseconds each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SqlReadBenchmark {

  /** What is read. */
  public enum Sample {
    DISCARD_ALL("DISCARD ALL"),
    BEGIN("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"),
    COMMIT("COMMIT"),
    PGBENCH_SELECT("SELECT abalance FROM pgbench_accounts WHERE aid = 48213;"),
    PGBENCH_UPDATE("UPDATE pgbench_accounts SET abalance = abalance + -2411 WHERE aid = 48213;"),
    ODOO_READ(
        """
        SELECT "sale_order"."id", "sale_order"."name", "sale_order"."state", \
        "sale_order"."partner_id", "sale_order"."date_order", "sale_order"."amount_total", \
        "sale_order"."company_id", "sale_order"."create_uid", "sale_order"."write_date" \
        FROM "sale_order" WHERE "sale_order"."id" IN (17, 18, 19, 20, 21, 22, 23, 24)\
        """),
    ODOO_SEARCH(
        """
        SELECT "res_partner"."id" FROM "res_partner" \
        LEFT JOIN "res_company" AS "res_partner__company_id" \
        ON ("res_partner"."company_id" = "res_partner__company_id"."id") \
        WHERE (("res_partner"."active" = TRUE) \
        AND (("res_partner"."company_id" IN (1, 2)) OR "res_partner"."company_id" IS NULL) \
        AND COALESCE("res_partner"."name"->>'en_US', '') ILIKE '%deco%') \
        ORDER BY "res_partner"."complete_name" ASC, "res_partner"."id" DESC LIMIT 80\
        """),
    ODOO_INSERT(
        """
        INSERT INTO "mail_message" ("author_id", "body", "create_date", "create_uid", "date", \
        "model", "res_id", "subtype_id", "write_date", "write_uid") \
        VALUES (3, '<p>Quotation confirmed</p>', '2024-05-06 07:08:09.123456', 2, \
        '2024-05-06 07:08:09', 'sale.order', 117, 2, '2024-05-06 07:08:09.123456', 2) \
        RETURNING "id\"\
        """);

    private final String sql;

    Sample(String sql) {
      this.sql = sql;
    }
  }

  /** Which statement. */
  @Param public Sample sample = Sample.DISCARD_ALL;

  private final SqlReader reader = new SqlReader();
  private final SqlFingerprint fingerprint = new SqlFingerprint();
  private byte[] text = new byte[0];
  private final ByteBuf direct = Unpooled.directBuffer();

  /** Encodes the statement. */
  @Setup
  public void fill() {
    text = sample.sql.getBytes(StandardCharsets.UTF_8);
    direct.writeBytes(text);
  }

  /** From an array. */
  @Benchmark
  public StatementFacts read() {
    return reader.read(text, 0, text.length, SqlRules.STANDARD);
  }

  /** From a direct buffer, as it comes from a socket. */
  @Benchmark
  public StatementFacts readDirect() {
    return reader.read(direct, 0, text.length, SqlRules.STANDARD);
  }

  /** For a log. */
  @Benchmark
  public long fingerprint() {
    return fingerprint.of(text, 0, text.length, SqlRules.STANDARD);
  }

  /** Gives the buffer back. */
  @TearDown
  public void release() {
    direct.release();
  }
}

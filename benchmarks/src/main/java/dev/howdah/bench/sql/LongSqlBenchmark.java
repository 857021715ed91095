package dev.howdah.bench.sql;

import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.SqlScanner;
import dev.howdah.pooler.sql.SqlToken;
import dev.howdah.pooler.sql.StatementFacts;
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
import org.openjdk.jmh.annotations.Warmup;

/** Statements of a million bytes each: operations per second are megabytes per second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LongSqlBenchmark {
  private static final int BYTES = 1_000_000;

  /** What fills the statement. */
  public enum Filling {
    /** One string, as of an attachment. */
    LITERAL("INSERT INTO ir_attachment (db_datas) VALUES ('", "QUJDREVGR0hJSktMTU5PUFFS", "')"),
    /** Numbers. */
    IN_LIST("SELECT id FROM account_move_line WHERE move_id IN (1", ", 481516", ")"),
    /** Rows of short values. */
    ROWS(
        "INSERT INTO t (a, b, c, d) VALUES (1, '', NULL, now())",
        ", (4711, 'name of the record', NULL, '2024-05-06 07:08:09')",
        ""),
    /** Quoted names. */
    COLUMNS("SELECT 1", ", \"res_partner\".\"display_name\"", " FROM \"res_partner\"");

    private final String head;
    private final String part;
    private final String tail;

    Filling(String head, String part, String tail) {
      this.head = head;
      this.part = part;
      this.tail = tail;
    }
  }

  /** Which statement. */
  @Param public Filling filling = Filling.LITERAL;

  private final SqlReader reader = new SqlReader();
  private final SqlScanner scanner = new SqlScanner();
  private byte[] text = new byte[0];

  /** Builds the statement. */
  @Setup
  public void fill() {
    int room = BYTES - filling.head.length() - filling.tail.length();
    String body = filling.part.repeat(room / filling.part.length());
    String sql = filling.head + body + filling.tail;
    text = (sql + " ".repeat(BYTES - sql.length())).getBytes(StandardCharsets.US_ASCII);
  }

  /** Tokens only. */
  @Benchmark
  public int scan() {
    scanner.reset(text, 0, text.length, SqlRules.STANDARD);
    int tokens = 0;
    while (scanner.next() != SqlToken.END) {
      tokens++;
    }
    return tokens;
  }

  /** The facts. */
  @Benchmark
  public StatementFacts read() {
    return reader.read(text, 0, text.length, SqlRules.STANDARD);
  }
}

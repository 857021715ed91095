package dev.howdah.bench.wire;

import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.frame.BackendObserver;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.RowDescription;
import dev.howdah.wire.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A response of 100 rows of four columns: walking its headers, as the pooler does, against making
 * an object of every message and writing it again.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScanBenchmark {
  private static final int ROWS = 100;

  private final BackendScanner scanner = new BackendScanner();
  private final Wishes wishes = new Wishes();
  private final ByteBuf response = Unpooled.directBuffer();
  private final ByteBuf copy = Unpooled.directBuffer();

  /** Wants what the pooler wants while a query runs. */
  private static final class Wishes implements BackendObserver {
    private int seen;

    @Override
    public boolean wants(byte type) {
      return type == 'Z' || type == 'S' || type == 'E' || type == 'G';
    }

    @Override
    public void onMessage(byte type, ByteBuf in, int at, int length) {
      seen += in.getByte(at);
    }
  }

  /** Encodes the response. */
  @Setup
  public void fill() {
    RowDescription.ofText(List.of("id", "name", "email", "note")).encode(response);
    for (int i = 0; i < ROWS; i++) {
      new DataRow(List.of(text("" + i), text("name " + i), text(i + "@example.org"), text("-")))
          .encode(response);
    }
    new CommandComplete("SELECT " + ROWS).encode(response);
    new ReadyForQuery(TransactionStatus.IDLE).encode(response);
  }

  private static Bytes text(String value) {
    return Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Headers only. */
  @Benchmark
  public int scan() {
    return scanner.scan(response, wishes) + wishes.seen;
  }

  /** Every message becomes a record and bytes again. */
  @Benchmark
  public int decodeAndEncode() {
    copy.clear();
    int at = response.readerIndex();
    while (at < response.writerIndex()) {
      int length = response.getInt(at + 1);
      BackendMessage.decode(response.getByte(at), response.slice(at + 5, length - 4)).encode(copy);
      at += 1 + length;
    }
    return copy.readableBytes();
  }

  /** Gives the buffers back. */
  @TearDown
  public void release() {
    response.release();
    copy.release();
  }
}

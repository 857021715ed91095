package dev.howdah.bench.wire;

import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.FrontendScanner;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Sync;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

/** A client that sends 64 messages at once, 16 times Parse, Bind, Execute and Sync. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PipelineBenchmark {
  private static final int BATCHES = 16;

  private final FrontendScanner scanner = new FrontendScanner(1 << 20);
  private final AwaitedReplies awaited = new AwaitedReplies();
  private final ByteBuf pipeline = Unpooled.directBuffer();

  /** Encodes the messages. */
  @Setup
  public void fill() {
    for (int i = 0; i < BATCHES; i++) {
      new Parse("", "SELECT name FROM customer WHERE id = $1", List.of()).encode(pipeline);
      new Bind("", "", List.of(), List.of(), List.of()).encode(pipeline);
      new Execute("", 0).encode(pipeline);
      new Sync().encode(pipeline);
    }
  }

  /** Notes what the server will owe, then lets it answer. */
  @Benchmark
  public int scanAndSettle() {
    int relayed = scanner.scan(pipeline, awaited);
    for (int i = 0; i < BATCHES; i++) {
      if (!awaited.onReady()) {
        throw new IllegalStateException("a reply was not awaited");
      }
    }
    return awaited.settled() ? relayed : -1;
  }

  /** Gives the buffer back. */
  @TearDown
  public void release() {
    pipeline.release();
  }
}

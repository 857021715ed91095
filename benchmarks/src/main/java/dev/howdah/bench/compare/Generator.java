package dev.howdah.bench.compare;

import dev.howdah.bench.load.LoadGenerator;
import dev.howdah.bench.load.LoadResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The load generator in its own process, which lives through all runs so that it is warm. */
final class Generator implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120; // for logging in and out, at most 70

  private final Child child;
  private final BufferedReader answers;

  Generator(Child child) {
    this.child = child;
    this.answers = child.process().inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Measures once.
   *
   * @param seconds how long the options ask to warm up and measure
   * @throws IOException if the generator could not measure, or says nothing
   */
  LoadResult run(List<String> options, double seconds) throws IOException, InterruptedException {
    var out = child.process().outputWriter(StandardCharsets.UTF_8);
    out.write(String.join("\t", options) + "\n");
    out.flush();
    String answer = answer(PATIENCE_SECONDS + (long) seconds);
    if (answer == null) {
      throw new IOException("the load generator ended:\n" + child.tail());
    }
    if (answer.startsWith(LoadGenerator.FAILED)) {
      throw new IOException("the load generator " + answer);
    }
    return LoadResult.parse(answer);
  }

  private @Nullable String answer(long secondsMax) throws IOException, InterruptedException {
    try {
      return CompletableFuture.supplyAsync(this::readLine).get(secondsMax, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the load generator said nothing for " + secondsMax + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("the load generator cannot be read", e);
    }
  }

  private @Nullable String readLine() {
    try {
      return answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    child.close();
  }
}

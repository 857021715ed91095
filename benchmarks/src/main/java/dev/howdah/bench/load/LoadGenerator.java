package dev.howdah.bench.load;

import dev.howdah.pooler.listen.Transport;
import dev.howdah.wire.auth.ScramClientExchange.Challenge;
import dev.howdah.wire.auth.ScramKeys;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Puts load on a pooler, closed loop or paced, on one event loop, and reads the CPU time of the
 * pooler around the measured seconds.
 *
 * <p>With {@code --batch} alone it reads one run per line from its standard input, options
 * separated by tabs, and answers each with {@link LoadResult#toLine} or with {@code failed} and a
 * reason; so the runs of a comparison share one warm JVM.
 */
public final class LoadGenerator {
  /** In front of the reason when a run could not be measured. */
  public static final String FAILED = "failed ";

  private final Transport transport = Transports.best();
  private final EventLoopGroup loops = transport.newGroup(1);
  private final Map<Challenge, ScramKeys> scramKeys = new HashMap<>();

  private LoadGenerator() {}

  /** The program; see {@code --help}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var generator = new LoadGenerator();
    int exitCode = 0;
    if (arguments.length == 1 && arguments[0].equals("--batch")) {
      generator.batch();
    } else {
      exitCode = commandLine(generator.new Once()).execute(arguments);
    }
    System.exit(exitCode);
  }

  private static CommandLine commandLine(Object command) {
    return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** One run, its result for people. */
  @Command(name = "load-generator", mixinStandardHelpOptions = true, showDefaultValues = true)
  private final class Once implements Callable<Integer> {
    @Mixin private final LoadOptions options = new LoadOptions();

    @Override
    public Integer call()
        throws IOException, InterruptedException, ExecutionException, TimeoutException {
      LoadResult result = measure(options);
      System.out.println(result.describe());
      return result.errors() == 0 ? 0 : 1;
    }
  }

  private void batch() throws IOException, InterruptedException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      var options = new LoadOptions();
      try {
        commandLine(options).parseArgs(line.split("\t", -1));
        System.out.println(measure(options).toLine());
      } catch (CommandLine.ParameterException | ExecutionException | TimeoutException e) {
        System.out.println(FAILED + e);
      }
    }
  }

  private LoadResult measure(LoadOptions options)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    return new LoadRun(options, loops.next(), transport, scramKeys).measure();
  }
}

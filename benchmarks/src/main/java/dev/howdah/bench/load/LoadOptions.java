package dev.howdah.bench.load;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of one run of the {@link LoadGenerator}, filled by picocli and not changed after. */
final class LoadOptions {
  @Option(names = "--port", required = true, description = "Port of the pooler on 127.0.0.1.")
  int port;

  @Option(names = "--socket-dir", description = "Use the socket file of that port in here instead.")
  @Nullable Path socketDirectory;

  @Option(names = "--tls", description = "Ask for TLS first, as sslmode=require does.")
  boolean tls;

  @Option(names = "--mode", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  LoadMode mode = LoadMode.SIMPLE;

  @Option(names = "--sql", description = "The statement; default ${DEFAULT-VALUE}.")
  String sql = "SELECT 1";

  @Option(names = "--active", description = "Clients at work; default ${DEFAULT-VALUE}.")
  int active = 1;

  @Option(names = "--idle", description = "Clients that log in and stay; default ${DEFAULT-VALUE}.")
  int idle;

  @Option(
      names = "--rate",
      description =
          "Transactions per second of all clients together; 0, the default, is as many as possible.")
  double rate;

  @Option(names = "--seconds", description = "Measured seconds; default ${DEFAULT-VALUE}.")
  double seconds = 5;

  @Option(names = "--warm-up", description = "Seconds before that; default ${DEFAULT-VALUE}.")
  double warmUp = 1;

  @Option(names = "--copy-mb", description = "Size of one COPY in MB; default ${DEFAULT-VALUE}.")
  int copyMegabytes = 100;

  @Option(
      names = "--pid",
      description = "Process whose CPU time and memory are read, with its children.")
  long pid;

  @Option(names = "--user", description = "Default ${DEFAULT-VALUE}.")
  String user = "bench";

  @Option(names = "--database", description = "Default ${DEFAULT-VALUE}.")
  String database = "bench";

  @Option(names = "--password", description = "For SCRAM-SHA-256; default ${DEFAULT-VALUE}.")
  String password = "bench";
}

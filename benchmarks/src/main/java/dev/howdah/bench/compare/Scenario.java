package dev.howdah.bench.compare;

import java.util.List;
import java.util.stream.Stream;

/** A load, and the pool it runs through. */
enum Scenario {
  ONE("one", "1 client, simple query", 16, "--active", "1"),
  C64("c64", "64 clients on 16 servers, simple query", 16, "--active", "64"),
  C64EXT("c64ext", "the same, extended query", 16, "--active", "64", "--mode", "extended"),
  C64TX("c64tx", "the same, BEGIN, query, COMMIT", 16, "--active", "64", "--mode", "tx"),
  C64PREP(
      "c64prep",
      "the same, named prepared statements; PgBouncer as in c64ext",
      16,
      "--active",
      "64",
      "--mode",
      "prepared"),
  C64DISCARD("c64discard", "the same, DISCARD ALL", 16, "--active", "64", "--sql", "DISCARD ALL"),
  C64TRACK(
      "c64track",
      "64 clients on 16 servers, session_state track against off",
      16,
      "--active",
      "64"),
  C64GATE(
      "c64gate",
      "64 clients on 16 servers, under a write lease against without",
      16,
      "--active",
      "64"),
  C64FREE("c64free", "64 clients on 100 servers: nobody waits", 100, "--active", "64"),
  C1000("c1000", "1,000 clients on 20 servers", 20, "--active", "1000"),
  IDLE10K(
      "idle10k",
      "10,000 idle and 100 active clients on 20 servers",
      20,
      "--idle",
      "10000",
      "--active",
      "100"),
  CONNECT(
      "connect", "log in and out, 32 at a time, trust", 16, "--active", "32", "--mode", "connect"),
  CONNECT_SCRAM(
      "connect-scram",
      "log in and out, 32 at a time, SCRAM-SHA-256",
      16,
      "--active",
      "32",
      "--mode",
      "connect"),
  CONNECT_TLS(
      "connect-tls",
      "log in and out, 32 at a time, TLS 1.3 with ECDSA P-256, trust",
      16,
      "--active",
      "32",
      "--tls",
      "--mode",
      "connect"),
  C64TLS("c64tls", "as c64, clients with TLS", 16, "--active", "64", "--tls"),
  BULK(
      "bulk", "answers of 1,000 rows of 100 kB", 16, "--mode", "bulk", "--sql", "BULK 1000 100000"),
  BULKSMALL(
      "bulksmall",
      "answers of 1,000,000 rows of 100 bytes",
      16,
      "--mode",
      "bulk",
      "--sql",
      "BULK 1000000 100"),
  COPYIN("copyin", "COPY of 100 MB from the client", 16, "--mode", "copyin", "--sql", "COPY in"),
  UNIX("unix", "as c64, Unix sockets on both sides", 16, "--active", "64");

  private final String word;
  private final String description;
  private final int poolSize;

  @SuppressWarnings("ImmutableEnumChecker") // it comes from List.of
  private final List<String> load;

  Scenario(String word, String description, int poolSize, String... load) {
    this.word = word;
    this.description = description;
    this.poolSize = poolSize;
    this.load = List.of(load);
  }

  /** Its name on the command line and in tables. */
  String word() {
    return word;
  }

  String description() {
    return description;
  }

  /** Server connections the pooler may open. */
  int poolSize() {
    return poolSize;
  }

  /** Options of the load generator. */
  List<String> load() {
    return load;
  }

  /** The same towards the rival, which may not be able to do all that Howdah does. */
  List<String> loadOfRival() {
    // Up to 1.20 PgBouncer has no prepared statements in transaction pooling.
    return this == C64PREP ? C64EXT.load : load;
  }

  Rival rival() {
    return switch (this) {
      case C64TRACK -> Rival.UNTRACKED;
      case C64GATE -> Rival.UNGATED;
      default -> Rival.PGBOUNCER;
    };
  }

  /** How much longer than usual the first run is, which does not count. */
  int warmUpFactor() {
    // A login goes a longer way through the code than a statement, and there are fewer a second.
    return load.contains("connect") ? 4 : 1;
  }

  /** Whether clients must ask for TLS. */
  boolean tls() {
    return load.contains("--tls");
  }

  boolean unixSockets() {
    return this == UNIX;
  }

  boolean scram() {
    return this == CONNECT_SCRAM;
  }

  /** What is worth telling about it. */
  List<Measure> measures() {
    return switch (this) {
      case BULK, BULKSMALL, COPYIN ->
          List.of(Measure.CPU_PER_GIGABYTE, Measure.MEGABYTES, Measure.MEMORY);
      default -> List.of(Measure.CPU, Measure.TPS, Measure.P50, Measure.P99, Measure.MEMORY);
    };
  }

  /**
   * The scenario with this name.
   *
   * @throws IllegalArgumentException naming those that exist
   */
  static Scenario of(String word) {
    return Stream.of(values())
        .filter(scenario -> scenario.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no scenario " + word + "; there are: " + String.join(", ", words())));
  }

  static List<String> words() {
    return Stream.of(values()).map(Scenario::word).toList();
  }
}

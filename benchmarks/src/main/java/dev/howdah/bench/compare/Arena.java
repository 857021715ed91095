package dev.howdah.bench.compare;

import dev.howdah.bench.load.LoadGenerator;
import dev.howdah.bench.load.NullServer;
import dev.howdah.wire.auth.ScramVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all scenarios share: a folder, a server that does nothing, a load generator. Poolers are
 * started for one scenario each, so that none profits from the one before.
 */
final class Arena implements AutoCloseable {
  private static final byte[] SALT = "howdah benchmark".getBytes(StandardCharsets.US_ASCII);

  private final Path folder;
  private final Path userList;
  private final TlsFiles tls;
  private int started;
  private final int serverPort;
  private final Child server;
  private final Generator generator;

  /** Starts the server and the load generator. */
  Arena() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("howdah-bench");
    open(folder, "rwxr-xr-x"); // PgBouncer reads and listens in here as another user
    userList = folder.resolve("userlist.txt");
    String verifier = ScramVerifier.derive("bench", SALT, 4096).asText();
    Files.writeString(userList, "\"bench\" \"" + verifier + "\"\n");
    open(userList, "rw-r--r--");
    tls = TlsFiles.in(folder);
    open(tls.certificate(), "rw-r--r--");
    open(tls.key(), "rw-r--r--"); // a key that is used for this one measurement
    serverPort = Child.freePort();
    List<String> command =
        Programs.java(
            NullServer.class,
            "--port",
            Integer.toString(serverPort),
            "--socket-dir",
            newFolder("server").toString());
    server = Child.start("the null server", command, folder.resolve("server.log"));
    server.awaitPort(serverPort);
    generator =
        new Generator(
            Child.startTalking(
                "the load generator",
                Programs.java(LoadGenerator.class, "--batch"),
                folder.resolve("generator.log")));
  }

  Generator generator() {
    return generator;
  }

  /** Starts PgBouncer for a scenario. */
  Pooler pgBouncer(Path program, Scenario scenario) throws IOException, InterruptedException {
    int port = Child.freePort();
    Path home = newFolder("pgbouncer-" + ++started);
    Path ini = write(home, scenario, port, List.of());
    List<String> command = Programs.pgBouncerCommand(program, ini);
    Child child = Child.start("PgBouncer", command, home.resolve("log"));
    return new Pooler(child.awaitPort(port), port, home);
  }

  /**
   * Starts Howdah for a scenario.
   *
   * @param keys lines of the configuration that PgBouncer would not understand
   */
  Pooler howdah(Path program, Scenario scenario, List<String> keys)
      throws IOException, InterruptedException {
    int port = Child.freePort();
    Path home = newFolder("howdah-" + ++started);
    Path ini = write(home, scenario, port, keys);
    Child child = Child.start("Howdah", Programs.howdahCommand(program, ini), home.resolve("log"));
    return new Pooler(child.awaitPort(port), port, home);
  }

  /**
   * Starts Howdah under a write lease that never ends.
   *
   * @param cluster whether its database is one of a cluster; if not, nobody asks for the lease
   */
  Pooler leased(Scenario scenario, List<String> keys, boolean cluster)
      throws IOException, InterruptedException {
    int port = Child.freePort();
    Path home = newFolder("leased-" + ++started);
    Path ini = write(home, scenario, port, keys, cluster);
    Child child =
        Child.start(
            "Howdah", Programs.java(LeasedPooler.class, ini.toString()), home.resolve("log"));
    return new Pooler(child.awaitPort(port), port, home);
  }

  private Path write(Path home, Scenario scenario, int port, List<String> keys) throws IOException {
    return write(home, scenario, port, keys, false);
  }

  private Path write(Path home, Scenario scenario, int port, List<String> keys, boolean cluster)
      throws IOException {
    String host = scenario.unixSockets() ? folder.resolve("server").toString() : "127.0.0.1";
    var ini =
        new PoolerIni(
            host, serverPort, port, home, userList, scenario.scram(), scenario.poolSize());
    List<String> more = new ArrayList<>(scenario.tls() ? tls.keys() : List.of());
    more.addAll(keys);
    Path file =
        Files.writeString(
            home.resolve("pooler.ini"), cluster ? ini.clusterText(more) : ini.text(more));
    open(file, "rw-r--r--");
    return file;
  }

  private Path newFolder(String name) throws IOException {
    Path created = Files.createDirectory(folder.resolve(name));
    open(created, "rwxrwxrwx");
    return created;
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Override
  public void close() throws IOException {
    generator.close();
    server.close();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

package dev.howdah.cli.desk;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.ConfigProblem;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.PoolerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which pooler to ask, and how; a mixin. */
public final class DeskOptions {
  private static final List<Path> USUAL =
      List.of(Path.of("howdah.ini"), Path.of("/etc/howdah/howdah.ini"));

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The pooler's configuration, which tells where it listens; without it $HOWDAH_CONFIG,"
              + " howdah.ini here, or /etc/howdah/howdah.ini.")
  private @Nullable Path file;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Ask this admin API instead, such as http://10.0.0.7:8432; or $HOWDAH_URL. With -c as well"
              + " only the token is taken from there.")
  private @Nullable URI url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token for --url; without it $HOWDAH_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = {"-U", "--user"},
      paramLabel = "NAME",
      description =
          "Who to be on the console, if there is no admin API; the password comes from $PGPASSWORD.")
  private @Nullable String user;

  /**
   * Finds a pooler that answers: the admin API, else the console on the Unix-domain socket, else
   * the console over TCP.
   *
   * @throws NoDeskException naming everybody who was tried, if nobody answers
   * @throws IOException saying what is wrong with the configuration
   */
  public PoolerDesk open() throws IOException {
    return open(System.getenv());
  }

  PoolerDesk open(Map<String, String> environment) throws IOException {
    LogSetup.use(Verbosity.QUIET);
    List<PoolerDesk> desks = desks(environment);
    List<String> tried = new ArrayList<>();
    for (PoolerDesk desk : desks) {
      try {
        desk.show("version");
        return desk;
      } catch (IOException e) {
        tried.add(desk.who() + ": " + e.getMessage());
        desk.close();
      }
    }
    throw new NoDeskException(
        tried.isEmpty()
            ? "the configuration names no place to ask; set [http] listen, or use --url"
            : "no pooler answers:\n  " + String.join("\n  ", tried));
  }

  private List<PoolerDesk> desks(Map<String, String> environment) throws IOException {
    String usual = environment.getOrDefault("HOWDAH_URL", "");
    if (url != null) {
      Optional<String> secret = token(environment);
      if (secret.isEmpty() && file != null) {
        secret = load(environment).http().flatMap(HttpConfig::token);
      }
      return List.of(new HttpDesk(url, secret, Optional.empty()));
    }
    return usual.isEmpty() || file != null
        ? of(load(environment), environment)
        : List.of(new HttpDesk(URI.create(usual), token(environment), Optional.empty()));
  }

  private Optional<String> token(Map<String, String> environment) throws IOException {
    if (tokenFile != null) {
      try {
        return Optional.of(Files.readString(tokenFile).strip());
      } catch (IOException e) {
        throw new IOException("--token-file " + tokenFile + ": cannot be read", e);
      }
    }
    return Optional.ofNullable(environment.get("HOWDAH_TOKEN")).filter(text -> !text.isEmpty());
  }

  private List<PoolerDesk> of(PoolerConfig config, Map<String, String> environment) {
    List<PoolerDesk> desks = new ArrayList<>();
    config.http().filter(http -> http.port() > 0).ifPresent(http -> desks.add(api(http)));
    String password = environment.getOrDefault("PGPASSWORD", "");
    int port = config.listen().port();
    if (port > 0) {
      String operator = user != null ? user : PoolerConfig.CONSOLE_DATABASE;
      config
          .listen()
          .unixSocketDirectory()
          .filter(directory -> Files.exists(directory.resolve(".s.PGSQL." + port)))
          .ifPresent(directory ->
              desks.add(ConsoleDesk.overUnixSocket(directory, port, operator, password)));
      String admin = user != null ? user : firstOf(config);
      if (!admin.isEmpty() && !config.listen().addresses().isEmpty()) {
        String host = reachable(config.listen().addresses().getFirst());
        desks.add(ConsoleDesk.overTcp(host, port, admin, password));
      }
    }
    return desks;
  }

  private static PoolerDesk api(HttpConfig http) {
    HttpConfig reachable = new HttpConfig(reachable(http.host()), http.port());
    URI base = URI.create((http.isEncrypted() ? "https://" : "http://") + reachable.address());
    return new HttpDesk(base, http.token(), http.tls().chain().stream().findFirst());
  }

  private static String firstOf(PoolerConfig config) {
    return config.console().adminUsers().stream()
        .findFirst()
        .or(() -> config.console().statsUsers().stream().findFirst())
        .orElse("");
  }

  /** Where to reach what listens on every address. */
  private static String reachable(String address) {
    return switch (address) {
      case "*", "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> address;
    };
  }

  private PoolerConfig load(Map<String, String> environment) throws IOException {
    Path found = find(environment);
    try {
      return ConfigLoader.load(found, environment::get).config();
    } catch (ConfigException e) {
      throw new IOException(
          "the configuration cannot be used:\n  "
              + e.problems().stream()
                  .map(ConfigProblem::toString)
                  .collect(Collectors.joining("\n  ")),
          e);
    }
  }

  private Path find(Map<String, String> environment) throws IOException {
    if (file != null) {
      return file;
    }
    String named = environment.getOrDefault("HOWDAH_CONFIG", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    for (Path usual : USUAL) {
      if (Files.isReadable(usual)) {
        return usual;
      }
    }
    throw new IOException(
        "which pooler? Name its configuration with -c FILE, or its admin API with --url URL");
  }
}

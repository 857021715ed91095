package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes configuration files into a directory and loads them. */
final class ConfigFixture {

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  ConfigFixture(Path directory) {
    this.directory = directory;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  LoadedConfig load(String text) throws ConfigException {
    return ConfigLoader.load(write("pgbouncer.ini", text), environment::get);
  }

  PoolerConfig config(String text) throws ConfigException {
    return load(text).config();
  }

  /** Loads {@code key = value} lines in {@code [pgbouncer]}. */
  PoolerConfig main(String lines) throws ConfigException {
    return config("[pgbouncer]\n" + lines);
  }

  /** The one entry {@code erp} with this connection string. */
  DatabaseConfig database(String connectString) throws ConfigException {
    return config("[databases]\nerp = " + connectString + "\n[pgbouncer]\n")
        .database("erp")
        .orElseThrow();
  }

  List<ConfigProblem> problems(String text) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(text));
    if (refused == null) {
      throw new AssertionError("was accepted: " + text);
    }
    return refused.problems();
  }

  /**
   * The only problem of {@code key = value} lines in {@code [pgbouncer]}, without the file name.
   */
  String problemOfMain(String lines) {
    return only(problems("[pgbouncer]\n" + lines));
  }

  /** The only problem of the entry {@code erp} with this connection string. */
  String problemOfDatabase(String connectString) {
    return only(problems("[databases]\nerp = " + connectString + "\n[pgbouncer]\n"));
  }

  private String only(List<ConfigProblem> problems) {
    if (problems.size() != 1) {
      throw new AssertionError("not one problem: " + problems);
    }
    return problems.getFirst().toString().replace(file("pgbouncer.ini").toString(), "FILE");
  }
}

package dev.howdah.cli.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a local server should be like. Immutable; the {@code with} methods return changed copies.
 *
 * @param superuserPassword the password of role {@code postgres}; without one, loopback is trusted
 * @param hbaLines lines of {@code pg_hba.conf}, after ours, which let the superuser in from
 *     loopback; when empty everybody is trusted on loopback and on the Unix-domain socket
 * @param settings lines of {@code postgresql.conf}, which win over our own
 * @param fsync whether commits survive a crash of the machine; off is faster
 * @param deadline for each step: initialise, start, copy, stop
 * @param closedAtExit whether a JVM that ends closes the server by itself
 */
public record PostgresOptions(
    Optional<String> superuserPassword,
    List<String> hbaLines,
    Map<String, String> settings,
    boolean fsync,
    Duration deadline,
    boolean closedAtExit) {

  public PostgresOptions {
    hbaLines = List.copyOf(hbaLines);
    settings = Map.copyOf(settings);
  }

  /** Trust on loopback, no fsync, 60 seconds for each step, closed when the JVM ends. */
  public static PostgresOptions defaults() {
    return new PostgresOptions(
        Optional.empty(), List.of(), Map.of(), false, Duration.ofSeconds(60), true);
  }

  /** The superuser needs this password, also on loopback. */
  public PostgresOptions withSuperuserPassword(String password) {
    return new PostgresOptions(
        Optional.of(password), hbaLines, settings, fsync, deadline, closedAtExit);
  }

  /** These lines of {@code pg_hba.conf} decide about everybody but the superuser on loopback. */
  public PostgresOptions withHbaLines(List<String> lines) {
    return new PostgresOptions(superuserPassword, lines, settings, fsync, deadline, closedAtExit);
  }

  /** One more setting, replacing an earlier one of the same name. */
  public PostgresOptions withSetting(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new PostgresOptions(superuserPassword, hbaLines, more, fsync, deadline, closedAtExit);
  }

  /** With or without fsync. */
  public PostgresOptions withFsync(boolean on) {
    return new PostgresOptions(superuserPassword, hbaLines, settings, on, deadline, closedAtExit);
  }

  /** Whether the JVM's end closes the server; otherwise the caller sees to it. */
  public PostgresOptions withClosedAtExit(boolean closed) {
    return new PostgresOptions(superuserPassword, hbaLines, settings, fsync, deadline, closed);
  }

  /** The method by which the superuser logs in. */
  String superuserAuthentication() {
    return superuserPassword.isPresent() ? "scram-sha-256" : "trust";
  }

  /** The whole {@code pg_hba.conf}. */
  String hbaFile() {
    String method = superuserAuthentication();
    List<String> lines = new ArrayList<>();
    lines.add("host all,replication postgres 127.0.0.1/32 " + method);
    if (hbaLines.isEmpty()) {
      lines.add("local all,replication all trust");
      lines.add("host all,replication all 127.0.0.1/32 trust");
    } else {
      lines.addAll(hbaLines);
    }
    return String.join("\n", lines) + "\n";
  }

  /** Our part of {@code postgresql.conf}; later lines win, so the caller's come last. */
  String settingsFile(int port, String socketDirectory) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("listen_addresses", "127.0.0.1");
    all.put("unix_socket_directories", socketDirectory);
    all.put("fsync", fsync ? "on" : "off");
    all.put("logging_collector", "off");
    all.put("log_line_prefix", "%m [%p] %q%u@%d ");
    all.put("max_connections", "100");
    all.put("shared_buffers", "32MB");
    all.put("wal_level", "replica");
    all.put("max_wal_senders", "8");
    all.put("max_replication_slots", "8");
    all.put("max_slot_wal_keep_size", "1GB");
    all.put("hot_standby", "on");
    all.putAll(settings);
    all.put("port", Integer.toString(port));
    StringBuilder file = new StringBuilder();
    all.forEach((name, value) -> file.append(name + " = " + quoted(value) + "\n"));
    return file.toString();
  }

  /** A value as {@code postgresql.conf} wants it (docs: "Setting Parameters"). */
  static String quoted(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}

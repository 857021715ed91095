package dev.howdah.cli.check;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.ConfigProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a configuration of ours out of one of PgBouncer's: lines that cannot stay become comments
 * with the reason, everything else, comments included, stays as it is. What the configuration names
 * is read as it would be at start. One use, one thread.
 */
public final class Migration {
  private static final int ATTEMPTS = 5;
  private static final Pattern SECURITY = Pattern.compile("(auth_|client_tls_|server_tls_).*");
  private static final String HTTP =
      """

      ; Howdah's own: metrics, health, status page and admin API, see docs/http.md
      [http]
      listen = 127.0.0.1:8432
      """;

  /**
   * What PgBouncer's people will notice, by the key that brings it up; the empty key is for all.
   */
  private static final Map<String, String> DIFFERENCES = new LinkedHashMap<>();

  static {
    DIFFERENCES.put(
        "pool_mode",
        "transaction pooling keeps what a session has set, prepared and listens to"
            + " (docs/session-state.md); if you use session pooling for that, it is no longer needed:"
            + " session_advice = 1 and SHOW ADVICE tell");
    DIFFERENCES.put(
        "server_reset_query",
        "runs where PgBouncer runs it; in transaction pooling session state is taken along instead");
    DIFFERENCES.put(
        "auth_query", "does not look into the schema public: write the schema of your functions");
    DIFFERENCES.put("pkt_buf", "below 64 kB has no effect, reads adapt up to that");
    DIFFERENCES.put(
        "client_tls_protocols", "versions before TLS 1.2 are refused, also in the word all");
    DIFFERENCES.put("client_tls_ciphers", "takes names of suites, not the expressions of OpenSSL");
    DIFFERENCES.put("service_name", "has no effect");
    DIFFERENCES.put("so_reuseport", "howdah serve -R replaces a process without losing clients");
    DIFFERENCES.put(
        "",
        "RELOAD changes everything or, if anything is wrong, nothing, and names all problems; SIGTERM"
            + " drains instead of waiting until clients leave; a database that is not configured is"
            + " 3D000 and too many clients are 53300 instead of 08P01");
  }

  private final Path source;
  private final Function<String, @Nullable String> environment;
  private final List<ConfigProblem> removed = new ArrayList<>();
  private final List<ConfigProblem> left = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  /** Of this file. */
  public Migration(Path source, Function<String, @Nullable String> environment) {
    this.source = source;
    this.environment = environment;
  }

  /**
   * Does it.
   *
   * @throws IOException if the file cannot be read
   */
  public Migration run() throws IOException {
    lines.addAll(Files.readAllLines(source));
    Path draft = Files.createTempFile("howdah-import-", ".ini"); // readable by us only
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Files.write(draft, lines);
        if (!improve(draft)) {
          break;
        }
      }
    } finally {
      Files.deleteIfExists(draft);
    }
    return this;
  }

  /** Whether something was taken out, so that it is worth another look. */
  private boolean improve(Path draft) {
    left.clear();
    try {
      for (String warning : ConfigLoader.load(draft, environment).warnings()) {
        warnings.add(warning.replace(draft.toString(), source.toString()));
      }
      return false;
    } catch (ConfigException e) {
      Map<Integer, ConfigProblem> byLine = new TreeMap<>();
      for (ConfigProblem problem : e.problems()) {
        ConfigProblem shown =
            problem.file().equals(draft)
                ? new ConfigProblem(
                    source, problem.line(), problem.key(), problem.value(), problem.message())
                : problem;
        if (problem.file().equals(draft) && mayGo(problem)) {
          byLine.put(problem.line(), shown);
        } else {
          left.add(shown);
        }
      }
      byLine.forEach(this::takeOut);
      return !byLine.isEmpty();
    }
  }

  /**
   * Whether a line may be left out: only what we do not know or do not do. What is wrong for
   * another reason, and whatever decides who is let in and whether he is encrypted, is for a person
   * to put right.
   */
  private static boolean mayGo(ConfigProblem problem) {
    boolean unknown =
        problem.message().startsWith("is not supported")
            || problem.message().startsWith("there is no such key");
    return problem.line() > 0 && unknown && !SECURITY.matcher(problem.key()).matches();
  }

  /** Lines keep their numbers until the end: reasons are added then. */
  private void takeOut(int line, ConfigProblem problem) {
    removed.add(problem);
    lines.set(line - 1, ";" + lines.get(line - 1));
  }

  /** What had to go, with the reasons. */
  public List<ConfigProblem> removed() {
    return removed;
  }

  /**
   * What is wrong and cannot be put right by leaving out a line; empty when the result can be used.
   */
  public List<ConfigProblem> left() {
    return left;
  }

  /** What a start would warn of, such as keys without effect. */
  public List<String> warnings() {
    return warnings;
  }

  /** What works otherwise than with PgBouncer, by key; the empty key is for everybody. */
  public Map<String, String> differences() {
    Map<String, String> found = new LinkedHashMap<>();
    DIFFERENCES.forEach((key, words) -> {
      boolean given =
          lines.stream()
              .map(line -> line.strip().toLowerCase(Locale.ROOT))
              .anyMatch(line -> line.matches(key + "\\s*=.*"));
      if (key.isEmpty() || given) {
        found.put(key, words);
      }
    });
    return found;
  }

  /** The configuration to run with, ending with a line end. */
  public String text() {
    Map<Integer, String> reasons = new TreeMap<>();
    removed.forEach(problem -> reasons.put(problem.line(), problem.message()));
    StringBuilder text = new StringBuilder();
    text.append("; made from ").append(source).append(" by howdah import\n");
    boolean http = false;
    for (int i = 0; i < lines.size(); i++) {
      String reason = reasons.get(i + 1);
      if (reason != null) {
        text.append("; not taken over: ").append(reason.replace('\n', ' ')).append('\n');
      }
      text.append(lines.get(i)).append('\n');
      http |= lines.get(i).strip().equalsIgnoreCase("[http]");
    }
    return http ? text.toString() : text.append(HTTP).toString();
  }
}

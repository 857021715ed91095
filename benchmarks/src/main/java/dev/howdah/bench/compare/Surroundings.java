package dev.howdah.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What figures mean nothing without. */
final class Surroundings {
  private Surroundings() {}

  /** Names and values, in the order to print them. Builds Howdah if that is due. */
  static Map<String, String> facts(Path pgBouncer, Path howdah, List<String> arguments)
      throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "date", OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES).toString());
    facts.put("commit", commit());
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("cores", Runtime.getRuntime().availableProcessors() + ", " + processor());
    String[] load = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
    facts.put("load before", String.join(" ", load[0], load[1], load[2]));
    facts.put("versions", version(pgBouncer, "--version") + "; " + version(howdah, "version"));
    facts.put("command", "./dev bench compare " + String.join(" ", arguments));
    return facts;
  }

  private static String version(Path program, String option)
      throws IOException, InterruptedException {
    String version = Programs.firstLine(program.toString(), option);
    if (version.isEmpty()) {
      throw new IOException(program + " " + option + " failed");
    }
    return version;
  }

  private static String commit() throws InterruptedException {
    String commit = Programs.firstLine("git", "rev-parse", "--short=10", "HEAD");
    String changes = Programs.firstLine("git", "status", "--porcelain", "-uno");
    return (commit.isEmpty() ? "unknown" : commit) + (changes.isEmpty() ? "" : ", with changes");
  }

  private static String processor() throws IOException {
    return Files.readString(Path.of("/proc/cpuinfo"))
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}

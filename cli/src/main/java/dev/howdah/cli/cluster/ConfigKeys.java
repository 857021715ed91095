package dev.howdah.cli.cluster;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SynchronousMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cluster's settings as text: the names of the configuration file, values with units. Pure. */
public final class ConfigKeys {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*(B|kB|MB|GB)?");

  private ConfigKeys() {}

  /** Every setting by its name, as it would be written. */
  public static Map<String, String> texts(DynamicConfig config) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("paused", config.paused() ? "yes" : "no");
    texts.put("synchronous_mode", config.synchronousMode().name().toLowerCase(Locale.ROOT));
    texts.put("synchronous_node_count", Integer.toString(config.synchronousNodeCount()));
    texts.put("maximum_lag_on_failover", size(config.maximumLagOnFailoverBytes()));
    texts.put("min_failover_interval", time(config.minFailoverIntervalMillis()));
    texts.put("write_lease", time(config.writeLeaseMillis()));
    return texts;
  }

  private static String size(long bytes) {
    for (Map.Entry<String, Long> unit :
        List.of(Map.entry("GB", 1L << 30), Map.entry("MB", 1L << 20), Map.entry("kB", 1L << 10))) {
      if (bytes > 0 && bytes % unit.getValue() == 0) {
        return bytes / unit.getValue() + unit.getKey();
      }
    }
    return bytes + "B";
  }

  private static String time(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /** One line per setting, for an editor. */
  public static String document(DynamicConfig config) {
    StringBuilder text =
        new StringBuilder("# Settings of the whole cluster; docs/cli.md explains them.\n");
    texts(config)
        .forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }

  /**
   * The configuration with some settings replaced.
   *
   * @param lines {@code key = value} each; empty ones and those that begin with # are ignored
   * @throws IllegalArgumentException naming the key, its value and what would be right
   */
  public static DynamicConfig with(DynamicConfig config, List<String> lines) {
    DynamicConfig changed = config;
    for (String line : lines) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("not KEY = VALUE: " + text);
      }
      changed = set(changed, text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }
    return changed;
  }

  private static DynamicConfig set(DynamicConfig at, String key, String value) {
    return switch (key) {
      case "paused" -> at.withPaused(flag(key, value));
      case "synchronous_mode" ->
          rebuilt(at, mode(value), at.synchronousNodeCount(), at.maximumLagOnFailoverBytes());
      case "synchronous_node_count" ->
          rebuilt(at, at.synchronousMode(), number(key, value), at.maximumLagOnFailoverBytes());
      case "maximum_lag_on_failover" ->
          rebuilt(at, at.synchronousMode(), at.synchronousNodeCount(), bytes(key, value));
      case "min_failover_interval" -> timed(at, millis(key, value), at.writeLeaseMillis());
      case "write_lease" -> timed(at, at.minFailoverIntervalMillis(), millis(key, value));
      default ->
          throw new IllegalArgumentException(
              "there is no setting "
                  + key
                  + "; there are "
                  + String.join(", ", texts(at).keySet()));
    };
  }

  private static DynamicConfig rebuilt(
      DynamicConfig at, SynchronousMode mode, int count, long lagBytes) {
    return new DynamicConfig(
        at.paused(), mode, count, lagBytes, at.minFailoverIntervalMillis(), at.writeLeaseMillis());
  }

  private static DynamicConfig timed(DynamicConfig at, long interval, long lease) {
    return new DynamicConfig(
        at.paused(),
        at.synchronousMode(),
        at.synchronousNodeCount(),
        at.maximumLagOnFailoverBytes(),
        interval,
        lease);
  }

  private static boolean flag(String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "yes", "on", "true", "1" -> true;
      case "no", "off", "false", "0" -> false;
      default -> throw wrong(key, value, "yes or no");
    };
  }

  private static SynchronousMode mode(String value) {
    for (SynchronousMode mode : SynchronousMode.values()) {
      if (mode.name().equalsIgnoreCase(value)) {
        return mode;
      }
    }
    throw wrong("synchronous_mode", value, "off, on or strict");
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw wrong(key, value, "a number");
    }
  }

  private static long bytes(String key, String value) {
    Matcher matcher = SIZE.matcher(value);
    if (!matcher.matches()) {
      throw wrong(key, value, "a size such as 1MB");
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift =
        switch (unit) {
          case "kB" -> 10;
          case "MB" -> 20;
          case "GB" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }

  private static long millis(String key, String value) {
    return Times.length(value)
        .map(Duration::toMillis)
        .orElseThrow(() -> wrong(key, value, "a time such as 2s or 500ms"));
  }

  private static IllegalArgumentException wrong(String key, String value, String right) {
    return new IllegalArgumentException(key + " is " + value + ", must be " + right);
  }

  /** What differs, as {@code -} and {@code +} lines; empty when nothing does. */
  public static List<String> difference(DynamicConfig before, DynamicConfig after) {
    List<String> lines = new ArrayList<>();
    Map<String, String> old = texts(before);
    texts(after)
        .forEach((key, value) -> {
          if (!value.equals(old.get(key))) {
            lines.add("- " + key + " = " + old.get(key));
            lines.add("+ " + key + " = " + value);
          }
        });
    return lines;
  }
}

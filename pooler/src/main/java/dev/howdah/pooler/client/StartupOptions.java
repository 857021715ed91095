package dev.howdah.pooler.client;

import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns the parameters of a startup packet into the settings of a session. Everything PostgreSQL
 * would take as a setting is taken, {@code options} included; names listed in {@code
 * ignore_startup_parameters} are dropped.
 */
final class StartupOptions {
  /** Parameters of the startup packet that are no settings. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("user", "database", "replication", "options");

  private StartupOptions() {}

  /**
   * The settings asked for.
   *
   * @param ignored lower-case names
   * @throws PoolerException 22023 if {@code options} cannot be read
   */
  static Settings read(Map<String, String> parameters, List<String> ignored) {
    Settings settings = Settings.NONE;
    String options = parameters.get("options");
    if (options != null && !ignored.contains("options")) {
      settings = readOptions(settings, options, ignored);
    }
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      if (!NOT_SETTINGS.contains(name) && !name.startsWith("_pq_.") && !ignored.contains(name)) {
        settings = settings.with(name, entry.getValue());
      }
    }
    return settings;
  }

  private static Settings readOptions(Settings before, String options, List<String> ignored) {
    Settings settings = before;
    List<String> words = split(options);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String assignment;
      if (word.equals("-c") && i + 1 < words.size()) {
        assignment = words.get(++i);
      } else if (word.startsWith("-c") && word.length() > 2) {
        assignment = word.substring(2);
      } else if (word.startsWith("--") && word.length() > 2) {
        assignment = word.substring(2);
      } else {
        throw unreadable(word);
      }
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw unreadable(assignment);
      }
      String name = assignment.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT);
      if (!ignored.contains(name)) {
        settings = settings.with(name, assignment.substring(equals + 1));
      }
    }
    return settings;
  }

  /**
   * Words are separated by white space; a backslash takes the next character as it is, and is
   * dropped at the end.
   */
  private static List<String> split(String options) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean started = false;
    for (int i = 0; i < options.length(); i++) {
      char c = options.charAt(i);
      if (Character.isWhitespace(c)) {
        if (started) {
          words.add(word.toString());
          word.setLength(0);
          started = false;
        }
        continue;
      }
      started = true;
      if (c != '\\') {
        word.append(c);
      } else if (i + 1 < options.length()) {
        i++;
        word.append(options.charAt(i));
      }
    }
    if (started) {
      words.add(word.toString());
    }
    return words;
  }

  private static PoolerException unreadable(String word) {
    return PoolerException.of(
        ErrorFields.fatal(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid command-line argument in startup parameter \"options\": " + word)
            .withHint("Only settings can be given here: -c name=value or --name=value."));
  }
}

package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The manual lists exactly the keys of the catalogue, with defaults and what a change needs. */
class ManualTest {

  private static final Path MANUAL = Path.of("..", "docs", "config.md");
  private static final Pattern TITLE = Pattern.compile("## Section `\\[(\\w+)]`.*");
  private static final Pattern WORKING =
      Pattern.compile("\\| `(\\w+)` \\|.*\\| (.*) \\| (restart|reload) \\|");
  private static final Pattern REFUSED = Pattern.compile("\\| `(\\w+)` \\| `?(.*?)`? \\| (.*) \\|");

  @Test
  void the_manual_lists_every_key_once_with_its_default_and_what_a_change_needs()
      throws IOException {
    Map<String, String> expected =
        KeyCatalogue.keys().stream()
            .collect(
                Collectors.toMap(
                    key -> key.section() + " " + key.name(),
                    ManualTest::printed,
                    (first, _) -> first,
                    TreeMap::new));

    assertThat(keysInManual()).isEqualTo(expected);
  }

  private static String printed(ConfigKey key) {
    String status =
        key.support() == ConfigKey.Support.REFUSED
            ? "refused"
            : key.needsRestart() ? "restart" : "reload";
    return status + " " + (key.name().equals("auth_query") ? "" : key.defaultValue());
  }

  private static Map<String, String> keysInManual() throws IOException {
    Map<String, String> found = new TreeMap<>();
    String section = "";
    for (String line : Files.readAllLines(MANUAL)) {
      Matcher title = TITLE.matcher(line);
      Matcher working = WORKING.matcher(line);
      Matcher refused = REFUSED.matcher(line);
      if (title.matches()) {
        section = "[" + title.group(1) + "]";
      } else if (working.matches()) {
        put(found, section, working.group(1), working.group(3) + " " + bare(working.group(2)));
      } else if (refused.matches()) {
        put(found, section, refused.group(1), "refused " + bare(refused.group(2)));
      }
    }
    return found;
  }

  private static void put(Map<String, String> found, String section, String key, String status) {
    assertThat(found.put(section + " " + key, status)).as("listed twice: " + key).isNull();
  }

  /** The default without its quoting; a dash is "not set". */
  private static String bare(String cell) {
    String text = cell.replace("`", "");
    return text.equals("-") ? "" : text;
  }
}

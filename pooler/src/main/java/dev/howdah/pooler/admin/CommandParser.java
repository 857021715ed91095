package dev.howdah.pooler.admin;

import dev.howdah.pooler.admin.Command.Verb;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an operator typed: commands between semicolons, in any case, with SQL's comments and
 * quotes. PgBouncer's grammar, and a little more: several commands at a time, comments, and names
 * such as {@code my-db} without quotes.
 */
final class CommandParser {
  private static final int SHOWN_CHARACTERS_MAX = 200;

  /** What client libraries look at without need; the answers are PgBouncer's. */
  private static final Map<String, String> SESSION_SETTINGS =
      Map.of(
          "client_encoding", "UTF-8",
          "default_transaction_isolation", "read committed",
          "standard_conforming_strings", "on",
          "datestyle", "ISO",
          "timezone", "GMT",
          "extra_float_digits", "2",
          "application_name", "",
          "transaction_isolation", "read committed");

  private final String text;
  private int at;

  /** A word of a statement; {@code quoted} by either kind of quote, which is gone. */
  private record Word(String text, boolean quoted) {
    boolean is(String keyword) {
      return !quoted && text.equalsIgnoreCase(keyword);
    }
  }

  private CommandParser(String text) {
    this.text = text;
  }

  /**
   * The commands of a query string, in order; none if it is empty.
   *
   * @throws PoolerException 42601 for the first one that is not a command
   */
  static List<Command> parse(String text) {
    return new CommandParser(text).commands();
  }

  private List<Command> commands() {
    List<Command> commands = new ArrayList<>();
    while (at < text.length()) {
      skipBlanks();
      int start = at;
      List<Word> words = words();
      String statement = text.substring(start, at).strip();
      at++; // the semicolon
      if (!words.isEmpty()) {
        Command command = command(words);
        if (command == null) {
          throw invalid(statement);
        }
        commands.add(command);
      }
    }
    return commands;
  }

  private static PoolerException invalid(String statement) {
    String shown =
        statement.length() > SHOWN_CHARACTERS_MAX
            ? statement.substring(0, SHOWN_CHARACTERS_MAX) + "..."
            : statement;
    return ErrorFields.error(
            SqlState.SYNTAX_ERROR, "invalid command '" + shown + "', use SHOW HELP;")
        .asException();
  }

  // ---- words ----

  /** The words up to the next semicolon or the end. */
  private List<Word> words() {
    List<Word> words = new ArrayList<>();
    skipBlanks();
    while (at < text.length() && text.charAt(at) != ';') {
      char first = text.charAt(at);
      if (first == '\'' || first == '"') {
        words.add(new Word(quoted(first), true));
      } else if (first == '=') {
        at++;
        words.add(new Word("=", false));
      } else {
        words.add(new Word(bare(), false));
      }
      skipBlanks();
    }
    return words;
  }

  private String quoted(char quote) {
    StringBuilder word = new StringBuilder();
    int start = at++;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next != quote) {
        word.append(next);
      } else if (at < text.length() && text.charAt(at) == quote) {
        word.append(quote);
        at++;
      } else {
        return word.toString();
      }
    }
    throw invalid(text.substring(start)); // the quote is not closed
  }

  private String bare() {
    int start = at;
    while (at < text.length() && !endsWord(text.charAt(at)) && !commentStarts()) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean endsWord(char c) {
    return Character.isWhitespace(c) || c == ';' || c == '=' || c == '\'' || c == '"';
  }

  private boolean commentStarts() {
    return text.startsWith("--", at) || text.startsWith("/*", at);
  }

  private void skipBlanks() {
    while (at < text.length()) {
      if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 2;
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        return;
      }
    }
  }

  // ---- commands ----

  private static @Nullable Command command(List<Word> words) {
    Word first = words.getFirst();
    if (first.is("SHOW") || first.is("SELECT")) { // PgBouncer takes SELECT for SHOW
      return words.size() == 2 ? show(words.get(1).text()) : null;
    }
    if (first.is("SET")) {
      return set(words.subList(1, words.size()));
    }
    if (first.is("BEGIN") || first.is("START")) {
      return new Command.Transaction("BEGIN");
    }
    if (first.is("COMMIT") || first.is("ROLLBACK")) {
      return new Command.Transaction(first.text().toUpperCase(Locale.ROOT));
    }
    return words.size() > 2 ? null : order(first, words.size() == 2 ? words.get(1).text() : "");
  }

  private static @Nullable Command show(String name) {
    Topic topic = Topic.find(name);
    if (topic != null) {
      return new Command.Show(topic);
    }
    String setting = name.toLowerCase(Locale.ROOT);
    String value = SESSION_SETTINGS.get(setting);
    return value == null ? null : new Command.ShowSetting(setting, value);
  }

  private static @Nullable Command set(List<Word> words) {
    List<Word> rest =
        !words.isEmpty() && words.getFirst().is("SESSION") ? words.subList(1, words.size()) : words;
    if (rest.size() < 3 || !(rest.get(1).is("=") || rest.get(1).is("TO"))) {
      return null;
    }
    String key = rest.getFirst().text().toLowerCase(Locale.ROOT);
    if (SESSION_SETTINGS.containsKey(key)) {
      return new Command.SetSession(key);
    }
    return rest.size() == 3 ? new Command.SetKey(key, rest.get(2).text()) : null;
  }

  private static @Nullable Command order(Word word, String argument) {
    for (Verb verb : Verb.values()) {
      if (word.is(verb.name())) {
        boolean takesArgument = verb != Verb.RELOAD && verb != Verb.SUSPEND;
        return argument.isEmpty() || takesArgument ? new Command.Order(verb, argument) : null;
      }
    }
    return null;
  }
}

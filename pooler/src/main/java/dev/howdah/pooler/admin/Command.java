package dev.howdah.pooler.admin;

import java.util.List;

/** One command of the console, understood but not carried out. */
sealed interface Command {

  /** SHOW of something that we know. */
  record Show(Topic topic) implements Command {}

  /**
   * SHOW of a setting that client libraries ask every server for.
   *
   * @param name as PostgreSQL reports it
   * @param value what we pretend
   */
  record ShowSetting(String name, String value) implements Command {}

  /**
   * Something to be done.
   *
   * @param argument a database, a client's number or a word; empty for none
   */
  record Order(Verb verb, String argument) implements Command {}

  /** SET of a configuration key. */
  record SetKey(String key, String value) implements Command {}

  /** SET of a session setting that client libraries change on every server; without effect. */
  record SetSession(String name) implements Command {}

  /**
   * BEGIN and the like, which client libraries send unasked; without effect.
   *
   * @param tag for the answer
   */
  record Transaction(String tag) implements Command {}

  /** Everything that is neither SHOW nor SET. */
  enum Verb {
    DISABLE,
    ENABLE,
    KILL,
    KILL_CLIENT,
    PAUSE,
    RECONNECT,
    RELOAD,
    RESUME,
    SHUTDOWN,
    SUSPEND,
    WAIT_CLOSE
  }

  /** How the log tells of it: {@code PAUSE 'erp'}. */
  default String issued() {
    return switch (this) {
      case Order(var verb, var argument) when argument.isEmpty() -> verb.name();
      case Order(var verb, var argument) when verb == Verb.SHUTDOWN -> verb + " " + argument;
      case Order(var verb, var argument) -> verb + " '" + argument + "'";
      case SetKey(var key, _) -> "SET " + key;
      case SetSession(var name) -> "SET " + name;
      case Transaction(var tag) -> tag;
      case Show _, ShowSetting _ -> "SHOW";
    };
  }

  /** The columns of the rows it answers; none if it answers no rows. */
  default List<Column> columns() {
    return switch (this) {
      case Show(var topic) -> topic.columns();
      case ShowSetting(var name, _) -> List.of(new Column(name, ColumnType.TEXT));
      case Order _, SetKey _, SetSession _, Transaction _ -> List.of();
    };
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.EmptyQueryResponse;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.BackendMessage.ParameterDescription;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Close;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Flush;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.Target;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements and portals of one console session, for drivers that use nothing but the
 * extended query protocol. No parameters, and row limits are ignored: all rows come at once. Event
 * loop of the session only.
 */
final class ExtendedQueries {
  private static final int KEPT_MAX = 1_000;

  /** By name; an empty query has no command. */
  private final Map<String, Optional<Command>> statements = new HashMap<>();

  private final Map<String, Portal> portals = new HashMap<>();

  private record Portal(Optional<Command> command, List<Integer> formats) {}

  /**
   * A command to be run, and how its rows are wanted.
   *
   * @param formats as in Bind
   */
  record Execution(Command command, List<Integer> formats) {}

  /**
   * Answers a message.
   *
   * @return what has to be run for it; null if it is answered already
   * @throws PoolerException if it cannot be; nothing was written then
   */
  @Nullable Execution handle(FrontendMessage message, ByteBuf out) {
    switch (message) {
      case Parse parse -> parse(parse, out);
      case Bind bind -> bind(bind, out);
      case Describe(var target, var name) -> describe(target, name, out);
      case Close(var target, var name) -> {
        (target == Target.STATEMENT ? statements : portals).remove(name);
        new CloseComplete().encode(out);
      }
      case Execute(var name, _) -> {
        Portal portal = portal(name);
        if (portal.command().isPresent()) {
          return new Execution(portal.command().get(), portal.formats());
        }
        new EmptyQueryResponse().encode(out);
      }
      case Flush _ -> {
        // Nothing is held back.
      }
      default ->
          throw ErrorFields.error(
                  SqlState.FEATURE_NOT_SUPPORTED,
                  "unsupported packet type for admin console: " + (char) message.type())
              .asException();
    }
    return null;
  }

  private void parse(Parse parse, ByteBuf out) {
    List<Command> commands = CommandParser.parse(parse.sql());
    if (commands.size() > 1) {
      throw ErrorFields.error(
              SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement")
          .asException();
    }
    if (!parse.statement().isEmpty() && statements.containsKey(parse.statement())) {
      throw ErrorFields.error(
              SqlState.DUPLICATE_PREPARED_STATEMENT,
              "prepared statement \"" + parse.statement() + "\" already exists")
          .asException();
    }
    limit(statements);
    statements.put(parse.statement(), commands.stream().findFirst());
    new ParseComplete().encode(out);
  }

  private void bind(Bind bind, ByteBuf out) {
    Optional<Command> command = statement(bind.statement());
    if (!bind.parameters().isEmpty()) {
      throw ErrorFields.error(
              SqlState.FEATURE_NOT_SUPPORTED, "the admin console takes no parameters")
          .asException();
    }
    int formats = bind.resultFormats().size();
    int columns = command.map(Command::columns).orElse(List.of()).size();
    if (formats > 1 && formats != columns) {
      throw ErrorFields.error(
              SqlState.PROTOCOL_VIOLATION,
              "bind message has "
                  + formats
                  + " result formats but query has "
                  + columns
                  + " columns")
          .asException();
    }
    limit(portals);
    portals.put(bind.portal(), new Portal(command, bind.resultFormats()));
    new BindComplete().encode(out);
  }

  private void describe(Target target, String name, ByteBuf out) {
    Optional<Command> command;
    List<Integer> formats = List.of();
    if (target == Target.STATEMENT) {
      command = statement(name);
      new ParameterDescription(List.of()).encode(out);
    } else {
      Portal portal = portal(name);
      command = portal.command();
      formats = portal.formats();
    }
    List<Column> columns = command.map(Command::columns).orElse(List.of());
    if (columns.isEmpty()) {
      new NoData().encode(out);
    } else {
      ConsoleReplies.describe(columns, formats).encode(out);
    }
  }

  private Optional<Command> statement(String name) {
    Optional<Command> command = statements.get(name);
    if (command == null) {
      throw ErrorFields.error(
              SqlState.INVALID_SQL_STATEMENT_NAME,
              "prepared statement \"" + name + "\" does not exist")
          .asException();
    }
    return command;
  }

  private Portal portal(String name) {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw ErrorFields.error(SqlState.UNDEFINED_OBJECT, "portal \"" + name + "\" does not exist")
          .asException();
    }
    return portal;
  }

  private static void limit(Map<String, ?> kept) {
    if (kept.size() >= KEPT_MAX) {
      throw ErrorFields.error(
              SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many prepared statements or portals")
          .asException();
    }
  }
}

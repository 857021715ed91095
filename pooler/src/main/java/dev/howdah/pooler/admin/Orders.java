package dev.howdah.pooler.admin;

import dev.howdah.pooler.admin.Command.Order;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.client.ConsoleDoor;
import dev.howdah.pooler.pool.Gates;
import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Carries out what is neither SHOW nor SET. Meaning and error messages follow PgBouncer's
 * documentation of its admin console. Safe for all threads, never blocks.
 */
final class Orders {
  private static final ErrorFields KILLED =
      ErrorFields.fatal(SqlState.ADMIN_SHUTDOWN, "admin forced disconnect");
  private static final String KILL_REASON = "killed by order of the console";

  private final ClientHouse house;
  private final Pools pools;
  private final Gates gates;
  private final Survey survey;
  private final Shutdown shutdown;
  private final Changes changes;
  private final ConsoleDoor console;
  private final LongPredicate killConsole;

  /**
   * Orders for one pooler.
   *
   * @param killConsole ends the console session of that number; false if there is none
   */
  Orders(
      ClientHouse house,
      Survey survey,
      Shutdown shutdown,
      Changes changes,
      ConsoleDoor console,
      LongPredicate killConsole) {
    this.house = house;
    this.pools = house.pools();
    this.gates = pools.gates();
    this.survey = survey;
    this.shutdown = shutdown;
    this.changes = changes;
    this.console = console;
    this.killConsole = killConsole;
  }

  /**
   * Does it.
   *
   * @return completes when it is done; never, when the process ends instead
   * @throws PoolerException if it cannot be done
   */
  CompletionStage<Reply> run(Order order, Patience patience) {
    String argument = order.argument();
    return switch (order.verb()) {
      case DISABLE -> setDisabled(argument, true);
      case ENABLE -> setDisabled(argument, false);
      case KILL -> kill(argument);
      case KILL_CLIENT -> killClient(argument);
      case PAUSE -> pause(argument, patience);
      case RECONNECT -> reconnect(argument);
      case RELOAD -> changes.reload();
      case RESUME -> resume(argument);
      case SHUTDOWN -> shutDown(argument);
      case SUSPEND -> suspend(patience);
      case WAIT_CLOSE -> waitClose(argument, patience);
    };
  }

  // ---- holding back ----

  private CompletionStage<Reply> pause(String database, Patience patience) {
    requireNothingHeld();
    if (database.isEmpty()) {
      gates.holdEverything(Hold.PAUSED);
    } else {
      requireDatabase(database, "pause");
      gates.pause(database);
    }
    pools.applyHolds();
    return whenQuiet(
        "PAUSE",
        patience.until(
            () -> CompletableFuture.completedFuture(!isPaused(database) || isClosed(database))),
        () -> isPaused(database),
        () -> unpause(database));
  }

  private boolean isPaused(String database) {
    return database.isEmpty() ? gates.everything() == Hold.PAUSED : gates.isPaused(database);
  }

  private boolean isClosed(String database) {
    return pools.all().stream()
        .filter(concerning(database))
        .allMatch(pool -> pool.serverCount() == 0);
  }

  private void unpause(String database) {
    if (database.isEmpty()) {
      gates.holdEverything(Hold.NONE);
    } else {
      gates.resume(database);
    }
    pools.applyHolds();
  }

  private CompletionStage<Reply> suspend(Patience patience) {
    requireNothingHeld();
    if (gates.anyPaused()) {
      throw error("cannot suspend with paused databases");
    }
    gates.holdEverything(Hold.SUSPENDED);
    pools.applyHolds();
    return whenQuiet(
        "SUSPEND",
        patience.until(() ->
            CompletableFuture.completedFuture(gates.everything() != Hold.SUSPENDED || isIdle())),
        () -> gates.everything() == Hold.SUSPENDED,
        () -> unpause(""));
  }

  private boolean isIdle() {
    return pools.all().stream()
        .allMatch(pool ->
            pool.serverCount() == pool.shards().stream().mapToInt(PoolShard::idleCount).sum());
  }

  /** Answers when a hold is complete; undoes it when the wait was cancelled. */
  private static CompletionStage<Reply> whenQuiet(
      String tag, CompletableFuture<Void> quiet, BooleanSupplier stillHeld, Runnable undo) {
    return quiet.handle((_, failure) -> {
      if (failure != null) {
        undo.run();
        throw failure instanceof PoolerException refusal
            ? refusal
            : error(String.valueOf(failure.getMessage()));
      }
      if (!stillHeld.getAsBoolean()) {
        throw error(tag + " was ended by RESUME");
      }
      return Reply.done(tag);
    });
  }

  private CompletionStage<Reply> resume(String database) {
    if (shutdown.hasBegun()) {
      throw error("pooler is shutting down");
    }
    if (database.isEmpty()) {
      boolean all = gates.everything() != Hold.NONE;
      gates.holdEverything(Hold.NONE);
      if (!all && !gates.resumeEach()) {
        throw error("pooler is not paused/suspended");
      }
    } else {
      requireDatabase(database, "resume");
      if (!gates.resume(database)) {
        throw error("database " + database + " is not paused");
      }
    }
    pools.applyHolds();
    return done("RESUME");
  }

  // ---- clients ----

  private CompletionStage<Reply> setDisabled(String database, boolean disabled) {
    if (database.isEmpty()) {
      throw error("a database is required");
    }
    requireDatabase(database, disabled ? "disable" : "enable");
    if (disabled) {
      gates.disable(database);
    } else {
      gates.enable(database);
    }
    return done(disabled ? "DISABLE" : "ENABLE");
  }

  private CompletionStage<Reply> killClient(String number) {
    long id;
    try {
      id = Long.parseLong(number);
    } catch (NumberFormatException _) {
      throw error("invalid client pointer supplied");
    }
    return survey
        .ask(lane -> {
          for (ClientSession session : sessions(lane)) {
            if (session.id() == id) {
              session.refuse(KILLED);
              return List.of(id);
            }
          }
          return List.<Long>of();
        })
        .thenApply(killed -> {
          if (killed.isEmpty() && !killConsole.test(id)) {
            throw ErrorFields.error(SqlState.UNDEFINED_OBJECT, "client not found").asException();
          }
          return Reply.done("KILL_CLIENT");
        });
  }

  private static List<ClientSession> sessions(Lane lane) {
    return lane.residents().stream()
        .filter(ClientSession.class::isInstance)
        .map(ClientSession.class::cast)
        .toList();
  }

  private CompletionStage<Reply> kill(String database) {
    requireNothingHeld();
    if (database.isEmpty()) {
      pools.all().forEach(pool -> gates.pause(pool.key().database()));
    } else {
      requireDatabase(database, "kill");
      gates.pause(database);
    }
    pools.applyHolds();
    return survey
        .tell(lane -> {
          for (ClientSession session : sessions(lane)) {
            if (concerning(database).test(session.shard().pool())) {
              session.refuse(KILLED);
            }
          }
          for (PoolShard shard : lane.shards()) {
            if (concerning(database).test(shard.pool())) {
              shard.closeServers(KILL_REASON);
            }
          }
        })
        .thenApply(_ -> Reply.done("KILL"));
  }

  // ---- server connections ----

  private CompletionStage<Reply> reconnect(String database) {
    if (!database.isEmpty()) {
      requireDatabase(database, "reconnect");
    }
    return survey
        .tell(lane ->
            lane.shards().stream()
                .filter(shard -> concerning(database).test(shard.pool()))
                .forEach(PoolShard::reconnect))
        .thenApply(_ -> Reply.done("RECONNECT"));
  }

  private CompletionStage<Reply> waitClose(String database, Patience patience) {
    if (!database.isEmpty()) {
      requireDatabase(database, "wait in");
    }
    return patience
        .until(() ->
            survey
                .shards()
                .thenApply(shards ->
                    shards.stream()
                        .filter(
                            shard -> database.isEmpty() || shard.key().database().equals(database))
                        .allMatch(shard -> shard.retiring() == 0)))
        .thenApply(_ -> Reply.done("WAIT_CLOSE"));
  }

  // ---- the end ----

  private CompletionStage<Reply> shutDown(String how) {
    switch (how.toUpperCase(Locale.ROOT)) {
      case "" -> {
        shutdown.now();
        return new CompletableFuture<>(); // the end of the connection is the answer
      }
      case "WAIT_FOR_SERVERS" -> shutdown.afterServers();
      case "WAIT_FOR_CLIENTS" -> shutdown.afterClients();
      default ->
          throw ErrorFields.error(
                  SqlState.SYNTAX_ERROR, "invalid command 'SHUTDOWN " + how + "', use SHOW HELP;")
              .asException();
    }
    return done("SHUTDOWN");
  }

  // ---- checks ----

  private void requireNothingHeld() {
    if (gates.everything() != Hold.NONE) {
      throw error("already suspended/paused");
    }
  }

  private void requireDatabase(String database, String verb) {
    if (console.isConsole(database)) {
      throw error("cannot " + verb + " admin db: " + database);
    }
    if (house.config().database(database).isEmpty()) {
      throw ErrorFields.error(SqlState.INVALID_CATALOG_NAME, "no such database: " + database)
          .asException();
    }
  }

  /** Pools of a database; of every database for the empty name. */
  private static Predicate<Pool> concerning(String database) {
    return pool -> database.isEmpty() || pool.key().database().equals(database);
  }

  private static CompletionStage<Reply> done(String tag) {
    return CompletableFuture.completedFuture(Reply.done(tag));
  }

  private static PoolerException error(String message) {
    return ErrorFields.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, message).asException();
  }
}

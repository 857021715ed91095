package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.ConsoleDoor;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.pool.LaneSurvey;
import dev.howdah.pooler.server.HostResolver;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The admin console of one pooler: who may enter, and what becomes of the commands. Its sessions
 * live on the event loops they were accepted on. Safe for all threads.
 */
public final class Console implements ConsoleDoor, AutoCloseable {
  /** Our own name for the console, beside PgBouncer's. */
  private static final String OWN_DATABASE = "howdah";

  private final ClientHouse house;
  private final String version;
  private final StatsSampler sampler;
  private final Shows shows;
  private final Orders orders;
  private final Changes changes;
  private final SignalOrders signals;
  private final Map<Long, ConsoleSession> sessions = new ConcurrentHashMap<>();
  private final AtomicLong queries = new AtomicLong();

  /**
   * A console that nobody can reach yet.
   *
   * @param version of this pooler, digits first, for SHOW VERSION and {@code server_version}
   */
  public Console(ClientHouse house, HostResolver resolver, PoolerControl control, String version) {
    this.house = house;
    this.version = version;
    Survey survey = new Survey(new LaneSurvey(house.pools().lanes()));
    this.sampler = new StatsSampler(survey, () -> house.config().log().statsPeriod());
    this.shows =
        new Shows(
            house,
            survey,
            sampler,
            resolver,
            this::describeSessions,
            queries::get,
            control::listening,
            version);
    Shutdown shutdown =
        new Shutdown(house, control, () -> house.clients().used() <= sessions.size());
    this.changes = new Changes(control);
    this.orders = new Orders(house, survey, shutdown, changes, this, this::kill);
    this.signals =
        new SignalOrders(house.pools(), shutdown, () -> house.config().process().drainTimeout());
  }

  /** Opens the door and begins to take samples for averages. */
  public void open() {
    sampler.start();
    house.openConsole(this);
  }

  @Override
  public boolean isConsole(String database) {
    return database.equals(PoolerConfig.CONSOLE_DATABASE)
        || (database.equals(OWN_DATABASE) && !house.config().databases().containsKey(OWN_DATABASE));
  }

  @Override
  public ChannelHandler admit(StartupMessage startup, boolean ownUser) {
    String user = startup.user();
    PoolerConfig config = house.config();
    boolean admin = ownUser || config.console().adminUsers().contains(user);
    boolean mayLook =
        admin
            || config.console().statsUsers().contains(user)
            || config.auth().type()
                == AuthType.ANY; // where names mean nothing, as PgBouncer has it
    if (!mayLook) {
      throw ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "not allowed")
          .withDetail(
              "User \""
                  + user
                  + "\" is in neither admin_users nor stats_users, so the console is"
                  + " closed to it.")
          .asException();
    }
    return new ConsoleSession(this, house, house.nextId(), startup, admin);
  }

  /** What signals order. */
  public SignalOrders signals() {
    return signals;
  }

  /** The same commands for who comes by another door. */
  public AdminDesk desk() {
    return new AdminDesk(this, house);
  }

  String version() {
    return version;
  }

  void enter(ConsoleSession session) {
    sessions.put(session.id(), session);
  }

  void leave(ConsoleSession session) {
    sessions.remove(session.id());
    house.clients().giveBack();
  }

  private List<WaitingClient> describeSessions() {
    return sessions.values().stream()
        .map(session -> new WaitingClient(session.describe(), 0))
        .toList();
  }

  private boolean kill(long id) {
    ConsoleSession session = sessions.get(id);
    if (session == null) {
      return false;
    }
    end(session, "admin forced disconnect");
    return true;
  }

  private static void end(ConsoleSession session, String reason) {
    EventLoop loop = session.loop();
    loop.execute(() -> session.refuse(ErrorFields.fatal(SqlState.ADMIN_SHUTDOWN, reason)));
  }

  /**
   * Carries out a command.
   *
   * @param admin whether the user may do more than look
   * @return may complete on any thread; exceptionally with a {@link PoolerException} when it failed
   */
  CompletionStage<Reply> run(Command command, boolean admin, Patience patience) {
    queries.incrementAndGet();
    try {
      return switch (command) {
        case Command.Show(var topic) -> {
          if (topic == Topic.FDS) {
            requireAdmin(admin); // as in PgBouncer: it shows cancel keys
          }
          yield shows.show(topic);
        }
        case Command.ShowSetting(_, var value) ->
            CompletableFuture.completedFuture(Reply.rows(new Table(command.columns()).add(value)));
        case Command.SetSession _ ->
            CompletableFuture.completedFuture(
                Reply.noticed(
                    ErrorFields.notice(SqlState.SUCCESSFUL_COMPLETION, "SET ignored"), "SET"));
        case Command.Transaction(var tag) -> CompletableFuture.completedFuture(Reply.done(tag));
        case Command.SetKey(var key, var value) -> {
          requireAdmin(admin);
          yield changes.set(key, value);
        }
        case Command.Order order -> {
          requireAdmin(admin);
          yield orders.run(order, patience);
        }
      };
    } catch (PoolerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void requireAdmin(boolean admin) {
    if (!admin) {
      throw ErrorFields.error(SqlState.INSUFFICIENT_PRIVILEGE, "admin access needed")
          .withDetail("Users in stats_users may only look; those in admin_users may do this.")
          .asException();
    }
  }

  /** Ends every session and takes no more samples. */
  @Override
  public void close() {
    sampler.close();
    sessions
        .values()
        .forEach(session -> end(session, "terminating connection: the pooler is shutting down"));
  }
}

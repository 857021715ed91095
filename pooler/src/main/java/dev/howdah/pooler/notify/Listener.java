package dev.howdah.pooler.notify;

import dev.howdah.pooler.server.LinkedClient;
import dev.howdah.pooler.server.LoginOutcome;
import dev.howdah.pooler.server.LoginRequest;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.ServerIdentity;
import dev.howdah.pooler.server.ServerOpener;
import dev.howdah.pooler.server.ServerOwner;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one server connection of a pool that listens, for all its clients. It exists while anybody
 * does, in addition to the pool's own connections, and is opened again when it is lost.
 *
 * <p><b>Rounds.</b> What subscribers ask for is gathered and sent as one query; when PostgreSQL has
 * answered it, everything committed before it was sent has been handed to the subscribers. So a
 * round is also how a client finds out that it has heard all there was to hear ({@link #catchUp}).
 *
 * <p>Public methods may be called on any thread; all else happens on the listener's event loop.
 */
public final class Listener implements ServerOwner, LinkedClient {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ROUND_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What pg_stat_activity shows of it most of the time. */
  private static final String NOTHING_NEW = "-- Howdah listens for the clients of a pool";

  private final House house;
  private final EventLoop loop;
  private final Map<String, Set<Subscriber>> channels = new HashMap<>();
  private final Set<String> changes = new LinkedHashSet<>(); // LISTEN and UNLISTEN to be sent
  private List<Consumer<Boolean>> waiting = new ArrayList<>(); // for the next round
  private List<Consumer<Boolean>> underWay = List.of(); // for the one that was sent
  private @Nullable ServerConnection server;
  private boolean opening;
  private boolean held; // by an operator
  private boolean lostBefore; // so that something may have been missed
  private long failedAtNanos;
  private boolean failedLately;
  private long roundSentAtNanos;

  /** What a listener needs of its pool. Any thread. */
  public interface House {

    /** The database as clients ask for it. */
    String database();

    /** The user on the server. */
    String user();

    /** How to log in. */
    LoginRequest loginRequest();

    /** The way to PostgreSQL. */
    ServerOpener opener();

    /** A number for a connection. */
    long nextConnectionId();

    /** Whether subscribers get an empty notification when some may have been missed. */
    boolean wakesUp();
  }

  /** A listener without connection. */
  public Listener(House house, EventLoop loop) {
    this.house = house;
    this.loop = loop;
  }

  // ---- for subscribers ----

  /**
   * Listens on further channels; what is committed after {@code onDone} was called, and perhaps
   * some before, is heard.
   *
   * @param onDone told on the subscriber's loop whether it was possible; if not, nothing is
   *     subscribed
   */
  public void subscribe(Subscriber subscriber, Set<String> names, Consumer<Boolean> onDone) {
    run(() -> {
      for (String name : names) {
        channels.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(subscriber);
        change("LISTEN ", name);
      }
      waiting.add(done -> {
        if (!done) {
          remove(subscriber, names);
        }
        tell(subscriber, () -> onDone.accept(done));
      });
      advance();
    });
  }

  /** Listens on some channels no more. */
  public void unsubscribe(Subscriber subscriber, Set<String> names) {
    run(() -> {
      remove(subscriber, names);
      advance();
    });
  }

  /** The subscriber is gone. */
  public void leave(Subscriber subscriber) {
    run(() -> {
      remove(subscriber, Set.copyOf(channels.keySet()));
      advance();
    });
  }

  /**
   * Calls back when the subscriber has been handed everything that was committed before this call,
   * or when there is no telling.
   */
  public void catchUp(Subscriber subscriber, Runnable onDone) {
    run(() -> {
      waiting.add(_ -> tell(subscriber, onDone));
      advance();
    });
  }

  private void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private static void tell(Subscriber subscriber, Runnable task) {
    if (subscriber.loop().inEventLoop()) {
      task.run();
    } else {
      subscriber.loop().execute(task);
    }
  }

  private void remove(Subscriber subscriber, Set<String> names) {
    for (String name : names) {
      Set<Subscriber> audience = channels.get(name);
      if (audience != null && audience.remove(subscriber) && audience.isEmpty()) {
        channels.remove(name);
        change("UNLISTEN ", name);
      }
    }
  }

  private void change(String verb, String name) {
    String quoted = '"' + name.replace("\"", "\"\"") + '"';
    changes.remove("LISTEN " + quoted);
    changes.remove("UNLISTEN " + quoted);
    changes.add(verb + quoted);
  }

  // ---- rounds ----

  private void advance() {
    ServerConnection to = server;
    if (to == null) {
      openIfWanted();
    } else if (!to.isOwing()) {
      if (channels.isEmpty() && waiting.isEmpty()) {
        to.unlink(); // it comes back as free, and is closed
      } else if (!changes.isEmpty() || !waiting.isEmpty()) {
        sendRound(to);
      }
    }
  }

  private void sendRound(ServerConnection to) {
    String sql = changes.isEmpty() ? NOTHING_NEW : String.join("; ", changes);
    changes.clear();
    underWay = waiting;
    waiting = new ArrayList<>();
    roundSentAtNanos = System.nanoTime();
    to.ask("listen", sql, (error, rows) -> onRound(to, error));
  }

  private void onRound(ServerConnection from, @Nullable ErrorFields error) {
    if (error != null) {
      LOG.warn("{} cannot listen: {} ({})", from, error.message(), error.sqlState());
      failedNow();
      from.close("cannot listen");
      return;
    }
    List<Consumer<Boolean>> done = underWay;
    underWay = List.of();
    done.forEach(each -> each.accept(true));
    advance();
  }

  private void failedNow() {
    failedLately = true;
    failedAtNanos = System.nanoTime();
  }

  /** Nothing can be heard now: whoever waits is told so. */
  private void giveUpRounds() {
    List<Consumer<Boolean>> all = new ArrayList<>(underWay);
    all.addAll(waiting);
    underWay = List.of();
    waiting = new ArrayList<>();
    all.forEach(each -> each.accept(false));
  }

  // ---- its connection ----

  private void openIfWanted() {
    boolean wanted = !channels.isEmpty();
    if (!wanted || held || isFailedRecently()) {
      if (!opening) {
        giveUpRounds();
      }
      return;
    }
    if (!opening) {
      opening = true;
      house.opener().open(house.loginRequest(), loop, new Opening());
    }
  }

  private boolean isFailedRecently() {
    return failedLately && System.nanoTime() - failedAtNanos < RETRY_NANOS;
  }

  private final class Opening implements LoginOutcome {

    @Override
    public void loggedIn(Channel channel, ServerIdentity identity) {
      opening = false;
      failedLately = false;
      ServerConnection opened =
          new ServerConnection(identity, house.opener(), Listener.this, null, System.nanoTime());
      opened.setId(house.nextConnectionId());
      opened.attach(channel);
      opened.setIdle();
      LOG.info("{} listens for its pool, server process {}", opened, identity.processId());
      opened.link(Listener.this, inServerEncoding(identity.parameters()));
      server = opened;
      if (held) {
        opened.close("held by an operator");
        return;
      }
      changes.clear();
      channels.keySet().forEach(name -> change("LISTEN ", name));
      if (lostBefore && house.wakesUp()) {
        List<String> names = List.copyOf(channels.keySet());
        waiting.add(heard -> names.forEach(name -> wakeUp(name, heard)));
      }
      lostBefore = false;
      advance();
    }

    @Override
    public void failed(ErrorFields error, boolean refused) {
      opening = false;
      LOG.warn(
          "{}/{}: cannot listen: {} ({})",
          house.database(),
          house.user(),
          error.message(),
          error.sqlState());
      failedNow();
      giveUpRounds();
    }
  }

  /** What is heard is handed on as it comes. */
  private static Settings inServerEncoding(Map<String, String> parameters) {
    String encoding = parameters.getOrDefault("server_encoding", "");
    return encoding.isEmpty() || encoding.equals(parameters.get("client_encoding"))
        ? Settings.NONE
        : Settings.NONE.with("client_encoding", encoding);
  }

  private void wakeUp(String name, boolean heard) {
    if (heard) {
      publish(Notification.wakeUp(name));
    }
  }

  /** Looks after the connection; called several times a second on the loop. */
  public void onTick(long now) {
    ServerConnection present = server;
    if (present == null) {
      openIfWanted();
    } else if (present.isOwing()) {
      if (now - roundSentAtNanos > ROUND_NANOS_MAX) {
        present.close("listener not answered in time");
      }
    } else if (now - roundSentAtNanos > CHECK_NANOS) {
      sendRound(present);
    }
  }

  /** An operator holds the database back, or does so no more. */
  public void hold(boolean hold) {
    run(() -> {
      held = hold;
      ServerConnection present = server;
      if (hold && present != null) {
        present.close("held by an operator");
      } else if (!hold) {
        advance();
      }
    });
  }

  /** Goes on with another server connection. */
  public void reconnect(String reason) {
    run(() -> {
      ServerConnection present = server;
      if (present != null) {
        present.close(reason);
      }
    });
  }

  @Override
  public void onFree(ServerConnection free) {
    free.close("nobody listens any more");
  }

  @Override
  public void onClosed(ServerConnection closed) {
    if (closed.equals(server)) {
      server = null;
      lostBefore = !channels.isEmpty();
      changes.clear();
      giveUpRounds();
      loop.execute(this::advance);
    }
  }

  /** Its connection; null while it has none. On its loop only. */
  public @Nullable ServerConnection server() {
    return server;
  }

  /** Whether it lives on an event loop. */
  public boolean livesOn(EventLoop other) {
    return loop.equals(other);
  }

  /** How many channels somebody listens on. On its loop only. */
  public int channelCount() {
    return channels.size();
  }

  // ---- what comes ----

  @Override
  public boolean takesNotifications() {
    return true;
  }

  @Override
  public void onNotification(ByteBuf body) {
    publish(Notification.read(body));
  }

  private void publish(Notification notification) {
    Set<Subscriber> audience = channels.get(notification.channel());
    if (audience != null) {
      for (Subscriber each : List.copyOf(audience)) {
        tell(each, () -> each.onNotification(notification));
      }
    }
  }

  @Override
  public void relay(ByteBuf bytes) {
    bytes.release(); // a notice at most
  }

  @Override
  public void onSettled(byte status) {}

  @Override
  public void onAligned() {
    advance();
  }

  @Override
  public void onServerLost(@Nullable ErrorFields error) {}

  @Override
  public String database() {
    return house.database();
  }

  @Override
  public String user() {
    return house.user();
  }
}

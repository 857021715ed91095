package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient;
import dev.howdah.it.clients.RawClient.Message;
import dev.howdah.it.fixture.Target;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client of a scenario: carries out its steps and tells in words what it hears. Notifications
 * come when they come, so they are kept apart from the answers unless asked for. One thread.
 */
final class Actor implements AutoCloseable {
  /** How long a client listens to hear that nothing comes. */
  static final int MOMENT_MILLIS = 120;

  private static final Pattern PARAMETER = Pattern.compile("([\\w.]+)=('[^']*'|\\S+)");

  private final Target target;
  private final boolean notificationsInPlace;
  private final int patienceMillis;
  private final List<String> notifications = new ArrayList<>();
  private @Nullable RawClient connection;
  private boolean copying;

  /**
   * A client that is not connected yet.
   *
   * @param patienceMillis how long an answer may take
   */
  Actor(Target target, boolean notificationsInPlace, int patienceMillis) {
    this.target = target;
    this.notificationsInPlace = notificationsInPlace;
    this.patienceMillis = patienceMillis;
  }

  /** Whether it has logged in and nobody has closed the connection. */
  boolean isConnected() {
    return connection != null;
  }

  /** Logs in and returns what the server says to it. */
  List<String> login(String parameters) throws IOException {
    leave(true);
    Map<String, String> all = new LinkedHashMap<>();
    all.put("user", target.user());
    all.put("database", target.database());
    Matcher matcher = PARAMETER.matcher(parameters);
    while (matcher.find()) {
      String value = matcher.group(2);
      boolean quoted = value.startsWith("'");
      all.put(matcher.group(1), quoted ? value.substring(1, value.length() - 1) : value);
    }
    RawClient client = RawClient.connect(target);
    client.patience(patienceMillis);
    connection = client;
    List<String> heard = new ArrayList<>();
    try {
      client.startup(RawClient.PROTOCOL_3_0, all);
      boolean refused = client.readStartup().type() == 'E';
      client.startupMessages().forEach(message -> heard.add(Wording.of(message)));
      if (refused) {
        leave(false);
      }
    } catch (EOFException | SocketException e) {
      heard.add(lost());
    }
    return settled(heard);
  }

  /** Ends the connection, with or without a goodbye. Does nothing when there is none. */
  void leave(boolean politely) throws IOException {
    RawClient client = connection;
    connection = null;
    copying = false;
    notifications.clear();
    if (client != null && politely) {
      client.terminate();
    } else if (client != null) {
      client.close();
    }
  }

  /** Sends messages in one piece. */
  void send(List<Packet> packets) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    packets.forEach(packet -> bytes.writeBytes(packet.bytes()));
    RawClient client = connection;
    if (client != null) {
      try {
        client.send(bytes.toByteArray());
      } catch (SocketException e) {
        return; // reading tells
      }
    }
  }

  /** Reads what these messages are answered with. */
  List<String> answers(List<Packet> packets) throws IOException {
    RawClient client = connection;
    if (client == null) {
      return List.of("not connected");
    }
    Owed owed = new Owed(packets, copying);
    copying = false;
    List<String> heard = new ArrayList<>();
    try {
      while (!owed.isDone()) {
        Message message = client.read();
        hear(message, heard);
        owed.on(message);
      }
    } catch (EOFException | SocketException e) {
      heard.add(lost());
    } catch (SocketTimeoutException e) {
      heard.add("TIMEOUT");
    }
    copying = owed.leavesCopying();
    return settled(heard);
  }

  /** Waits until this many notifications have come, and forgets them. */
  List<String> notified(int count) throws IOException {
    List<String> heard = new ArrayList<>();
    long end = System.nanoTime() + patienceMillis * 1_000_000L;
    while (connection != null && notifications.size() < count) {
      if (!hearOne(heard, MOMENT_MILLIS) && System.nanoTime() - end > 0) {
        heard.add("TIMEOUT");
        break;
      }
    }
    heard.addAll(notifications);
    notifications.clear();
    return heard;
  }

  /** Waits for this notification, and shows and forgets those up to it. */
  List<String> heard(String channel, String payload) throws IOException {
    String last = "NotificationResponse " + channel + " '" + payload + "'";
    List<String> heard = new ArrayList<>();
    long start = System.nanoTime();
    while (!notifications.contains(last)) {
      if (connection == null) {
        return List.of("not connected");
      }
      if (!hearOne(heard, MOMENT_MILLIS)
          && System.nanoTime() - start > patienceMillis * 1_000_000L) {
        heard.add("TIMEOUT");
        return heard;
      }
    }
    List<String> through = notifications.subList(0, notifications.indexOf(last) + 1);
    heard.addAll(through);
    through.clear();
    return heard;
  }

  /** What comes within a moment, old notifications included. */
  List<String> rest(int millis) throws IOException {
    List<String> heard = new ArrayList<>();
    while (hearOne(heard, millis)) {
      // and on to the next
    }
    heard.addAll(notifications);
    notifications.clear();
    return heard.isEmpty() ? List.of("nothing") : heard;
  }

  /** What comes within a moment while an answer is owed: it should be nothing. */
  List<String> blocked() throws IOException {
    List<String> heard = new ArrayList<>();
    hearOne(heard, MOMENT_MILLIS);
    return heard.isEmpty() ? List.of("still waits") : heard;
  }

  @Override
  public void close() throws IOException {
    leave(true);
  }

  private boolean hearOne(List<String> heard, int millis) throws IOException {
    RawClient client = connection;
    if (client == null) {
      return false;
    }
    client.patience(millis);
    try {
      Message message = client.read();
      if (message.type() == 'A') {
        notifications.add(Wording.of(message));
      } else {
        heard.add(Wording.of(message));
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (EOFException | SocketException e) {
      heard.add(lost());
      return false;
    } finally {
      if (connection != null) {
        client.patience(patienceMillis);
      }
    }
  }

  private void hear(Message message, List<String> heard) {
    if (message.type() == 'A' && !notificationsInPlace) {
      notifications.add(Wording.of(message));
    } else {
      heard.add(Wording.of(message));
    }
  }

  private String lost() throws IOException {
    leave(false);
    return "closed";
  }

  /** With neighbouring parameters in the order of their names, since servers choose their own. */
  private static List<String> settled(List<String> heard) {
    List<String> sorted = new ArrayList<>();
    int from = 0;
    while (from < heard.size()) {
      int to = from;
      while (to < heard.size() && heard.get(to).startsWith("ParameterStatus")) {
        to++;
      }
      if (to == from) {
        sorted.add(heard.get(from++));
      } else {
        heard.subList(from, to).stream().sorted().forEach(sorted::add);
        from = to;
      }
    }
    return sorted;
  }
}

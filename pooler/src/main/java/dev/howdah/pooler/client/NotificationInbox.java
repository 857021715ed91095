package dev.howdah.pooler.client;

import dev.howdah.pooler.notify.Listener;
import dev.howdah.pooler.notify.Notification;
import dev.howdah.pooler.notify.Subscriber;
import dev.howdah.pooler.session.ClientChannels;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The notifications for one client. PostgreSQL delivers them between transactions only, before it
 * says that it is ready (docs: "Asynchronous Operations"); so they wait here while the client is
 * busy, or slow. Event loop of the client only.
 */
final class NotificationInbox implements Subscriber {
  private static final long BYTES_MAX = 16L << 20;

  /** No process id: PostgreSQL's are positive. */
  private static final int NOBODY = -1;

  private final ClientSession session;
  private final ClientChannels channels;
  private final Listener listener;
  private final Deque<Notification> waiting = new ArrayDeque<>();
  private long waitingBytes;

  NotificationInbox(ClientSession session, ClientChannels channels, Listener listener) {
    this.session = session;
    this.channels = channels;
    this.listener = listener;
  }

  void subscribe(Set<String> names, Consumer<Boolean> onDone) {
    listener.subscribe(this, names, onDone);
  }

  void unsubscribe(Set<String> names) {
    listener.unsubscribe(this, names);
  }

  /** The client is gone. */
  void close() {
    waiting.clear();
    listener.leave(this);
  }

  /** Calls back when everything is here that was committed before. */
  void catchUp(Runnable onDone) {
    listener.catchUp(this, onDone);
  }

  @Override
  public EventLoop loop() {
    return session.loop();
  }

  @Override
  public void onNotification(Notification notification) {
    String channel = notification.channel();
    if (!channels.hear(channel) && !channels.expect(channel)) {
      return; // given up meanwhile
    }
    waiting.add(notification);
    waitingBytes += notification.bytes();
    if (session.mayBeNotified()) {
      deliver();
      session.flush();
    } else if (waitingBytes > BYTES_MAX) {
      session.refuse(
          ErrorFields.fatal(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many notifications wait")
              .withDetail(
                  "The client listens, but did not end its transaction or read for so long that "
                      + (BYTES_MAX >> 20)
                      + " MB of notifications came.")
              .withHint("Do not keep transactions open on a connection that listens."));
    }
  }

  /**
   * The client's transaction goes on: what came until now was before its first LISTEN took effect.
   * To one that listens already PostgreSQL delivers, between transactions, whatever has come since
   * the last time, on the channels it listens on by then.
   */
  void forgetExpected() {
    if (!waiting.isEmpty() && !channels.hearAnything()) {
      waiting.removeIf(each -> !channels.hear(each.channel()));
      waitingBytes = waiting.stream().mapToLong(Notification::bytes).sum();
    }
  }

  /** Sends a client without server connection what waits for it. */
  void deliver() {
    deliver(NOBODY);
  }

  /**
   * Sends the client what waits for it.
   *
   * @param serverProcessId of the client's own server connection, which the client knows by another
   *     number
   */
  void deliver(int serverProcessId) {
    if (waiting.isEmpty()) {
      return;
    }
    ByteBuf out = session.context().alloc().buffer((int) waitingBytes);
    for (Notification each : waiting) {
      if (channels.hear(each.channel())) {
        int sender = each.processId();
        each.write(out, sender == serverProcessId ? session.processId() : sender);
      }
    }
    waiting.clear();
    waitingBytes = 0;
    session.relay(out);
  }
}

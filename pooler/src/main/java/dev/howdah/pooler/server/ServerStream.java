package dev.howdah.pooler.server;

import dev.howdah.wire.frame.BackendObserver;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.BrokenFrame;
import dev.howdah.wire.frame.CutMessages;
import dev.howdah.wire.frame.Splices;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a server connection. Scans what the server sends, tells a {@link Receiver} of the
 * few messages that matter, cuts out what answers statements of ours and relays everything else to
 * the linked client, in whole read buffers. Event loop only.
 */
final class ServerStream extends ChannelInboundHandlerAdapter implements BackendObserver {
  private final Receiver receiver;
  private final BackendScanner scanner = new BackendScanner();
  private final Consumer<ByteBuf> toClient = this::relay;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ByteBuf unread; // a cut header or a wanted message that is not complete yet
  private boolean unflushed;
  private boolean closed;

  private final Splices splices = new Splices(); // what the client gets to see otherwise
  private int uncertainFrom = -1; // in the same way: what follows a commit that is not sure
  private int hiddenFrom; // absolute index in the buffer being scanned; -1 while nothing is hidden

  /** What the stream is a part of. */
  interface Receiver {

    /** Who gets what is relayed, if anybody. */
    @Nullable LinkedClient client();

    /** Whether what the server sends now answers us and is not for the client. */
    boolean isHidden();

    /** Whether what was just read may reach the client at this moment: the ack gate. */
    boolean mayRelay();

    /** Something was read that {@link #mayRelay} does not let pass. It is dropped. */
    void onLeaseOver();

    /** Whether others may replace the server while a client is linked to it. */
    boolean isReplaceable();

    /** A commit was answered that may be lost with the server. The answer is dropped. */
    void onUncertainCommit();

    /** Whether nothing was asked, so that hardly anything may come. */
    boolean isQuiet();

    /** Whether to be told of EmptyQueryResponse. */
    boolean awaitsEmptyQuery();

    /** Whether to be told of CommandComplete. */
    boolean awaitsTag();

    /** A CommandComplete came that {@link #awaitsTag} asked for. */
    void onTag();

    /** Whether the rows of what is hidden are wanted. */
    boolean awaitsRows();

    /** Whether to be told of ParseComplete and CloseComplete. */
    boolean awaitsCompletions();

    /**
     * A Parse or Close was completed.
     *
     * @param type P or C
     * @return whether it was ours, so that the client is not to hear of it
     */
    boolean onComplete(byte type);

    /** A whole ErrorResponse to be relayed in place of this one; null for this one. */
    @Nullable ByteBuf translateError(ByteBuf body);

    /** Returns whether it is to be relayed. */
    boolean onReady(byte status);

    /** Whether notifications are not to be relayed. */
    boolean takesNotifications();

    void onNotification(ByteBuf body);

    /** A ParameterStatus came; returns the value to be relayed, or null for none at all. */
    @Nullable String onParameterStatus(String name, String value);

    void onError(ByteBuf body);

    void onCopyIn();

    void onEmptyQuery();

    /** A row that {@link #awaitsRows} asked for. */
    void onRow(ByteBuf body);

    /** A message that may not come while the connection {@link #isQuiet}. */
    void onUnasked(byte type);

    /** Everything that was read has been scanned and relayed. */
    void onScanned();

    /**
     * The server does not speak the protocol.
     *
     * @param inMessage whether the client has been sent a part of a message only
     */
    void onBroken(BrokenFrame frame, boolean inMessage);

    /** The connection is gone. */
    void onInactive();

    /** Something failed. */
    void onFailure(Throwable cause);

    /** The server takes bytes again after it was full. */
    void onWritable();
  }

  ServerStream(Receiver receiver) {
    this.receiver = receiver;
  }

  // ---- to the server ----

  /** Sends bytes without flushing; takes over the buffer. */
  void write(ByteBuf bytes) {
    ChannelHandlerContext to = context();
    to.write(bytes, to.voidPromise());
    unflushed = true;
  }

  void write(FrontendMessage message, int expectedBytes) {
    ByteBuf out = context().alloc().buffer(expectedBytes);
    message.encode(out);
    write(out);
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      context().flush();
    }
  }

  boolean isWritable() {
    return context().channel().isWritable();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    if (changed.channel().isWritable()) {
      receiver.onWritable();
    }
    changed.fireChannelWritabilityChanged();
  }

  // ---- from the server ----

  /** Reads again after the client's side was full. */
  void resumeReading() {
    ChannelHandlerContext from = ctx;
    if (from != null && !from.channel().config().isAutoRead()) {
      from.channel().config().setAutoRead(true);
    }
  }

  /** Whether the last byte relayed ended a message. */
  boolean atBoundary() {
    return scanner.atBoundary();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = CutMessages.join(from.alloc(), unread, (ByteBuf) message);
    unread = null;
    if (!receiver.mayRelay()) {
      in.release();
      receiver.onLeaseOver();
      return;
    }
    uncertainFrom = -1;
    boolean inMessage = !scanner.atBoundary();
    hiddenFrom = receiver.isHidden() ? in.readerIndex() : -1;
    int relayable;
    try {
      relayable = scanner.scan(in, this);
    } catch (BrokenFrame e) {
      splices.clear();
      in.release();
      receiver.onBroken(e, inMessage && !receiver.isHidden());
      return;
    }
    int end = in.readerIndex() + relayable;
    keepRest(from, in, end);
    if (hiddenFrom >= 0) {
      splices.cut(hiddenFrom, end);
    } else if (uncertainFrom >= 0) {
      splices.cut(uncertainFrom, end);
    }
    splices.apply(from.alloc(), in, toClient);
    if (uncertainFrom >= 0) {
      receiver.onUncertainCommit();
    } else {
      receiver.onScanned();
    }
  }

  private void keepRest(ChannelHandlerContext from, ByteBuf in, int end) {
    if (in.writerIndex() > end) {
      ByteBuf rest = CutMessages.split(from.alloc(), in, end);
      if (closed) {
        rest.release();
      } else {
        unread = rest;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // clients are who they are
  private void relay(ByteBuf bytes) {
    LinkedClient to = receiver.client();
    if (to == null) {
      bytes.release();
      return;
    }
    to.relay(bytes);
    if (!to.isWritable()) {
      to.flush();
      if (receiver.client() == to && !to.isWritable()) { // the flush may have found it gone
        channel().config().setAutoRead(false);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    LinkedClient linked = receiver.client();
    if (linked != null) {
      linked.flush();
    }
    flush();
  }

  @Override
  public boolean wants(byte type) {
    return switch (type) {
      case 'Z', 'E', 'S', 'G', 'W' -> true;
      case 'I' -> receiver.awaitsEmptyQuery() || receiver.isQuiet();
      case 'D' -> receiver.awaitsRows() || receiver.isQuiet();
      case '1', '3' -> (receiver.awaitsCompletions() && !receiver.isHidden()) || receiver.isQuiet();
      case 'C' -> receiver.awaitsTag() || receiver.isQuiet();
      case 'A' -> receiver.takesNotifications() || receiver.isHidden() || receiver.isQuiet();
      case 'N' -> receiver.isReplaceable() || receiver.isQuiet();
      default -> receiver.isQuiet();
    };
  }

  @Override
  public int wantedBytesMax() {
    return receiver.awaitsRows() ? Integer.MAX_VALUE : BackendScanner.WANTED_BYTES_MAX;
  }

  @Override
  public void onMessage(byte type, ByteBuf in, int at, int length) {
    if (uncertainFrom >= 0) {
      return; // not to be seen
    }
    boolean wasHidden = receiver.isHidden();
    if (receiver.isQuiet() && !mayComeUnasked(type)) {
      receiver.onUnasked(type);
      return;
    }
    switch (type) {
      case 'Z' -> onReady(in, at, length);
      case 'S' -> onParameterStatus(in, at, length);
      case 'E' -> onError(in, at, length);
      case '1' -> onComplete((byte) 'P', at, length);
      case '3' -> onComplete((byte) 'C', at, length);
      case 'G', 'W' -> receiver.onCopyIn();
      case 'I' -> receiver.onEmptyQuery();
      case 'C' -> receiver.onTag();
      case 'D' -> receiver.onRow(in.slice(at, length));
      case 'A' -> onNotification(in, at, length);
      case 'N' -> {
        if (receiver.isReplaceable()
            && !wasHidden
            && ServerErrors.isOfCancelledWait(in.slice(at, length))) {
          uncertainFrom = at - BackendScanner.HEADER_BYTES;
        }
      }
      default -> {
        // Nothing of ours.
      }
    }
    if (wasHidden != receiver.isHidden()) {
      if (wasHidden) {
        splices.cut(hiddenFrom, at + length);
        hiddenFrom = -1;
      } else {
        hiddenFrom = at - BackendScanner.HEADER_BYTES;
      }
    }
  }

  private void onReady(ByteBuf in, int at, int length) {
    if (!receiver.onReady(in.getByte(at))) {
      splices.cut(at - BackendScanner.HEADER_BYTES, at + length);
    }
  }

  /** Comes in between whatever else; even what we asked hides none from the client. */
  private void onNotification(ByteBuf in, int at, int length) {
    if (receiver.takesNotifications()) {
      receiver.onNotification(in.slice(at, length));
    } else if (receiver.isHidden()) {
      splices.cut(hiddenFrom, at - BackendScanner.HEADER_BYTES);
      hiddenFrom = at + length;
    }
  }

  private void onError(ByteBuf in, int at, int length) {
    ByteBuf translated = receiver.translateError(in.slice(at, length));
    if (translated != null) {
      splices.replace(at - BackendScanner.HEADER_BYTES, at + length, translated);
    }
    receiver.onError(in.slice(at, length));
  }

  private void onComplete(byte request, int at, int length) {
    if (receiver.onComplete(request)) {
      splices.cut(at - BackendScanner.HEADER_BYTES, at + length);
    }
  }

  /** Docs, "Asynchronous Operations"; an error comes before the server closes. */
  private static boolean mayComeUnasked(byte type) {
    return type == 'S' || type == 'E' || type == 'N' || type == 'A';
  }

  private void onParameterStatus(ByteBuf in, int at, int length) {
    if (!(BackendMessage.decode((byte) 'S', in.slice(at, length))
        instanceof BackendMessage.ParameterStatus(var name, var value))) {
      throw new IllegalStateException("ParameterStatus decodes as something else");
    }
    String told = receiver.onParameterStatus(name, value);
    if (told == null) {
      splices.cut(at - BackendScanner.HEADER_BYTES, at + length);
    } else if (!told.equals(value)) {
      ByteBuf out = context().alloc().buffer(length + told.length());
      new BackendMessage.ParameterStatus(name, told).encode(out);
      splices.replace(at - BackendScanner.HEADER_BYTES, at + length, out);
    }
  }

  // ---- the end ----

  /** Closes the channel, after a Terminate if that can be understood. */
  void close(boolean politely) {
    closed = true;
    ByteBuf rest = unread;
    unread = null;
    if (rest != null) {
      rest.release();
    }
    ChannelHandlerContext last = ctx;
    if (last == null) {
      return;
    }
    if (politely) {
      write(new FrontendMessage.Terminate(), BackendScanner.HEADER_BYTES);
      flush();
    }
    last.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    receiver.onInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    receiver.onFailure(cause);
  }

  /** The channel; only once the stream is in its pipeline. */
  Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext current = ctx;
    if (current == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return current;
  }
}

package dev.howdah.pooler.prepared;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of one server connection: which of ours it has, least recently used
 * first, and whose the unnamed one is. Event loop of the connection only.
 *
 * <p>A Parse or Close on its way is taken for done at once, because what follows in the same
 * pipeline builds on it. What becomes of it is told in the order they were sent: {@link
 * #onCompleted}, or {@link #onLost} when an error made the server skip it, and then it is undone.
 */
public final class ServerStatements {
  private static final ByteBuf QUOTED_PREFIX =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer('"' + SharedStatement.PREFIX, StandardCharsets.US_ASCII));

  private final Map<SharedStatement, Integer> present = // with its version
      new LinkedHashMap<>(16, 0.75f, true);
  private final Queue<Pending> pending = new ArrayDeque<>();
  private final Set<SharedStatement> unconfirmed = new HashSet<>();
  private final Set<SharedStatement> doubtful = new HashSet<>(); // may be there, may be gone
  private @Nullable ClientStatements unnamedOwner;
  private boolean unnamedIsOurs; // the pooler's own
  private long unnamedVersion;
  private final Map<String, byte[]> theirNames = new HashMap<>(); // for complaints about ours

  /**
   * A Parse or Close that was sent.
   *
   * @param onCompleted the server did it
   * @param onLost the server skipped it, or refused it
   */
  record Pending(Runnable onCompleted, Runnable onLost) {
    static final Runnable NOTHING = () -> {};

    /** Nothing depends on it. */
    static final Pending OF_NO_INTEREST = new Pending(NOTHING, NOTHING);
  }

  /** Whether it has a statement, or is about to; that counts as its use. */
  boolean has(SharedStatement statement) {
    Integer version = present.get(statement);
    if (version != null && version != statement.version()) {
      doubt(statement);
      return false;
    }
    return version != null;
  }

  /** A Parse of the statement is on its way, for the client that defines it. */
  void add(SharedStatement statement) {
    present.put(statement, statement.version());
  }

  /** A Parse of our own is on its way, which an error before it may skip. */
  void addUnconfirmed(SharedStatement statement) {
    present.put(statement, statement.version());
    unconfirmed.add(statement);
  }

  /** A client is linked. */
  void beginLink() {
    theirNames.clear();
  }

  /** The statement is there. */
  void confirm(SharedStatement statement) {
    unconfirmed.remove(statement);
  }

  /** Whether the Parse of the statement may still fail. */
  boolean isUnconfirmed(SharedStatement statement) {
    return !unconfirmed.isEmpty() && unconfirmed.contains(statement);
  }

  void remove(SharedStatement statement) {
    present.remove(statement);
    unconfirmed.remove(statement);
  }

  /** A text that may end it is on its way. */
  void doubt(SharedStatement statement) {
    remove(statement);
    doubtful.add(statement);
  }

  /** Whether a Close has to go before the next Parse of it; counts as done. */
  boolean takeDoubt(SharedStatement statement) {
    return !doubtful.isEmpty() && doubtful.remove(statement);
  }

  /** A Close of it was skipped. */
  void restore(SharedStatement statement) {
    present.put(statement, statement.version());
  }

  /** Takes out the statement that was not used for longest. */
  SharedStatement removeOldest() {
    Iterator<SharedStatement> all = present.keySet().iterator();
    SharedStatement oldest = all.next();
    all.remove();
    return oldest;
  }

  /** How many it has. */
  public int size() {
    return present.size();
  }

  void sent(Pending request) {
    pending.add(request);
  }

  /** The server completed the next Parse or Close. */
  public void onCompleted() {
    Pending done = pending.poll();
    if (done != null) {
      done.onCompleted().run();
    }
  }

  /** The server will not complete the next {@code count}. */
  public void onLost(int count) {
    for (int i = 0; i < count; i++) {
      Pending gone = pending.poll();
      if (gone != null) {
        gone.onLost().run();
      }
    }
  }

  /** The server has dropped them all. */
  public void clear() {
    present.clear();
    unconfirmed.clear();
    doubtful.clear();
    unnamedOwner = null;
    unnamedIsOurs = false;
  }

  /** Whether the unnamed statement is this client's, as it last defined it. */
  boolean unnamedIs(ClientStatements owner, long version) {
    return unnamedOwner == owner && unnamedVersion == version;
  }

  /** Whether there may be an unnamed statement. */
  boolean hasUnnamed() {
    return unnamedOwner != null || unnamedIsOurs;
  }

  /** Whose the unnamed statement is now; null when there is none. */
  void setUnnamed(@Nullable ClientStatements owner, long version) {
    unnamedOwner = owner;
    unnamedVersion = version;
    unnamedIsOurs = false;
  }

  /** A simple query of ours has ended the unnamed statement. */
  public void onOwnQuery() {
    unnamedOwner = null;
    unnamedIsOurs = false;
  }

  /** A Parse of ours replaces the unnamed statement, before anything a client sends next. */
  public void onOwnParse() {
    unnamedOwner = null;
    unnamedIsOurs = true;
  }

  /** PostgreSQL may complain about a statement under our name, and a client knows it by its own. */
  void expectComplaint(SharedStatement statement, byte[] theirs) {
    theirNames.put(statement.toString(), theirs);
  }

  /**
   * The ErrorResponse that a client is to see in place of one that speaks of a name of ours.
   *
   * @param body of what the server sent, only looked at
   * @return a whole message; null when the server's is fine as it is
   */
  public @Nullable ByteBuf translate(ByteBuf body) {
    int quote = theirNames.isEmpty() ? -1 : ByteBufUtil.indexOf(QUOTED_PREFIX.duplicate(), body);
    int start = quote + 1;
    int end = quote < 0 ? -1 : body.indexOf(start, body.writerIndex(), (byte) '"');
    byte[] theirs =
        end < 0
            ? null
            : theirNames.get(body.toString(start, end - start, StandardCharsets.US_ASCII));
    if (theirs == null) {
      return null;
    }
    ByteBuf out = Unpooled.buffer(body.readableBytes() + theirs.length);
    out.writeByte('E').writeInt(0);
    out.writeBytes(body, body.readerIndex(), start - body.readerIndex()).writeBytes(theirs);
    out.writeBytes(body, end, body.writerIndex() - end);
    return out.setInt(1, out.writerIndex() - 1);
  }
}

package dev.howdah.wire.frame;

/**
 * Knows which ReadyForQuery messages a server still owes, so that a link is let go exactly when the
 * last one has come. One instance per server connection; event loop only.
 *
 * <p><b>Why counting is not enough.</b> Query, Sync and FunctionCall are each answered by one
 * ReadyForQuery - except that a server in COPY-in mode ignores Sync, and that after an error in an
 * extended-query batch it ignores everything up to the next Sync (docs: "Extended Query", "COPY
 * Operations"). Clients may send all of this before the server has said that it is in COPY, or that
 * it failed. So the <em>order</em> of what was sent is kept, in a ring of one byte a request:
 *
 * <pre>
 *   x  extended-query messages since the last fence (however many)
 *   S  Sync          } fences: each owes a ReadyForQuery
 *   Q  Query         }
 *   F  FunctionCall  }
 *   c  CopyDone or CopyFail that was sent before the server said CopyInResponse
 * </pre>
 *
 * <p>The server works through its input in order, so whatever it says concerns the head of the
 * ring: ReadyForQuery removes everything through the first fence; CopyInResponse removes the Syncs
 * up to the {@code c} that ends the COPY; ErrorResponse for an extended batch removes everything up
 * to the next Sync. The property tests hold this against a model, the integration tests against
 * PostgreSQL.
 *
 * <p><b>Doubt.</b> Some orders cannot be followed from outside, legal though they are: a Query
 * behind extended-query messages without a Sync between them (an error may be of either, and only
 * one of them makes the server ignore the other), and a Sync among the data of a COPY (ignored, or
 * answered when the data before it was bad). No client library does either. A connection on which
 * it happens is never {@linkplain #settled() settled} again: its link lasts as long as its client.
 */
public final class AwaitedReplies {
  private static final int INITIAL_CAPACITY = 16; // a power of two, and so is every later one

  private byte[] ring = new byte[INITIAL_CAPACITY];
  private int head;
  private int size;
  private boolean copyIn; // the server reads CopyData and has not been told to stop
  private boolean skipping; // the server discards everything until the next Sync
  private boolean dataSent; // CopyData since the last other request, which a COPY may have read
  private int syncsIgnored; // in the COPY that runs
  private boolean doubtful; // what was sent can be answered in more than one way

  /** The client sent a message of this type, and it is being relayed. */
  public void sent(byte type) {
    if (skipping) {
      dataSent = false;
      if (type == 'S') {
        skipping = false;
        push(type);
      }
      return;
    }
    switch (type) {
      case 'd' -> dataSent = copyIn || size > 0;
      case 'S' -> {
        doubtful |= dataSent && (copyIn || size > 0);
        sentInOrder(type);
      }
      case 'H' -> {
        // Flush owes nothing.
      }
      default -> {
        dataSent = false;
        sentInOrder(type);
      }
    }
  }

  private void sentInOrder(byte type) {
    if (copyIn) {
      copyIn = type != 'c' && type != 'f';
      if (type == 'S') {
        syncsIgnored++;
      }
      return;
    }
    byte last = size == 0 ? 0 : get(size - 1);
    switch (type) {
      case 'Q', 'F' -> {
        doubtful |= !fenced();
        push(type);
      }
      case 'S' -> push(type);
      case 'P', 'B', 'D', 'E', 'C' -> {
        doubtful |= last == 'c' && !fenced();
        if (last != 'x') {
          push((byte) 'x');
        }
      }
      case 'c', 'f' -> {
        if (size > 0) {
          push((byte) 'c');
        }
      }
      default -> throw new IllegalArgumentException("no frontend message: " + (char) type);
    }
  }

  /** Whether what was sent last, CopyDone apart, is followed by a ReadyForQuery without a Sync. */
  private boolean fenced() {
    int at = size - 1;
    while (at >= 0 && get(at) == 'c') {
      at--;
    }
    return at < 0 || get(at) != 'x';
  }

  /** The server sent CopyInResponse or CopyBothResponse. */
  public void onCopyIn() {
    int command = size > 1 && get(0) == 'x' && get(1) == 'Q' ? 1 : 0;
    int kept = command + 1;
    int next = kept;
    copyIn = true;
    syncsIgnored = 0;
    while (next < size && copyIn) {
      byte request = get(next++);
      if (request == 'c') {
        copyIn = false;
      } else if (request == 'S') {
        syncsIgnored++;
      } else {
        set(kept++, request);
      }
    }
    while (next < size) {
      set(kept++, get(next++));
    }
    size = Math.min(size, kept);
  }

  /** The server sent ErrorResponse. */
  public void onError() {
    // A COPY that failed may have done so before it read, and ignored, a Sync. One is allowed for.
    doubtful |= copyIn && syncsIgnored > (size > 0 && get(0) == 'x' ? 1 : 0);
    copyIn = false;
    if (size == 0 || get(0) != 'x') {
      return; // a Query or FunctionCall ends with ReadyForQuery, failed or not
    }
    while (size > 0 && get(0) != 'S') {
      pop();
    }
    skipping = size == 0;
  }

  /**
   * The server sent ReadyForQuery.
   *
   * @return whether one was owed; if not, the connection is out of step and has to be closed
   */
  public boolean onReady() {
    copyIn = false;
    // With skipping, a Sync that we took for ignored ended the skipping after all.
    boolean owed = skipping || doubtful;
    skipping = false;
    while (size > 0) {
      byte request = pop();
      if (request == 'S' || request == 'Q' || request == 'F') {
        owed = true;
        break;
      }
    }
    while (size > 0 && get(0) == 'c') {
      pop(); // a CopyDone for a COPY that never began is ignored by the server
    }
    return owed;
  }

  /**
   * Whether the server owes nothing and is in no COPY: a link may end here, between transactions.
   */
  public boolean settled() {
    return size == 0 && !skipping && !copyIn && !doubtful;
  }

  /**
   * Whether everything sent will be answered without the client sending more, unless it turns out
   * to be a COPY.
   */
  public boolean endsWithFence() {
    if (copyIn || skipping || doubtful || !fenced()) {
      return false;
    }
    return size == 0 || get(size - 1) != 'c';
  }

  /** Whether the server waits for CopyData. */
  public boolean inCopyIn() {
    return copyIn;
  }

  /** Forgets everything, for a connection that starts anew. */
  public void clear() {
    head = 0;
    size = 0;
    copyIn = false;
    skipping = false;
    dataSent = false;
    syncsIgnored = 0;
    doubtful = false;
  }

  private byte get(int index) {
    return ring[(head + index) & (ring.length - 1)];
  }

  private void set(int index, byte request) {
    ring[(head + index) & (ring.length - 1)] = request;
  }

  private void push(byte request) {
    if (size == ring.length) {
      grow();
    }
    set(size++, request);
  }

  private byte pop() {
    byte request = get(0);
    head = (head + 1) & (ring.length - 1);
    size--;
    return request;
  }

  private void grow() {
    byte[] larger = new byte[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = get(i);
    }
    ring = larger;
    head = 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("awaiting ");
    for (int i = 0; i < size; i++) {
      text.append((char) get(i));
    }
    return text.append(copyIn ? " in COPY" : "")
        .append(skipping ? " skipping to Sync" : "")
        .append(doubtful ? " in doubt" : "")
        .toString();
  }
}

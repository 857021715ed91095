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
 *   b  a barrier of our own, see below
 *   P  Parse, C  Close             } kept apart while completions are tracked, for what each is
 *   p  Parse, k  Close of our own  } answered by; those of our own are not to be seen by the client
 * </pre>
 *
 * <p>The server works through its input in order, so whatever it says concerns the head of the
 * ring: ReadyForQuery removes everything through the first fence; CopyInResponse removes the Syncs
 * up to the {@code c} that ends the COPY; ErrorResponse for an extended batch removes everything up
 * to the next Sync. The property tests hold this against a model, the integration tests against
 * PostgreSQL.
 *
 * <p><b>What cannot be told apart is never taken for settled.</b> When a Query was sent behind a
 * batch without Sync, an ErrorResponse may be about either: in the first case the Query is ignored,
 * in the second it is answered. Likewise a Sync inside a COPY that fails is ignored or answered,
 * depending on how far the server had read. Such fences are counted as replies that may come
 * ({@link #inDoubt}); until as many have come, the link stays. Drivers that end their batches with
 * Sync never get there, but for a COPY that fails with a Sync before its data. There a barrier
 * helps ({@link #needsBarrier}): a query of our own, whose answer comes after all that may come.
 * Where even the count is lost, the link stays to its end.
 */
public final class AwaitedReplies {
  private static final int INITIAL_CAPACITY = 16; // a power of two, and so is every later one

  private static final int FOR_GOOD = 1 << 30; // more than can ever come

  private byte[] ring = new byte[INITIAL_CAPACITY];
  private int head;
  private int size;
  private boolean copyIn; // the server reads CopyData and has not been told to stop
  private boolean skipping; // the server discards everything until the next Sync
  private int copySyncs; // Syncs inside the present COPY: ignored, unless it fails before them
  private int possible; // ReadyForQuery messages that may come beside those the ring owes
  private boolean queryPossible; // a Query or FunctionCall is among what they may answer
  private boolean tracking; // Parse and Close are kept apart
  private int incomplete; // of those in the ring, the ones not completed yet
  private int lost; // of those, the ones that never will be

  /** The client sent a message of this type, and it is being relayed. */
  public void sent(byte type) {
    if (copyIn) {
      switch (type) {
        case 'd', 'H' -> {}
        case 'c', 'f' -> copyIn = false;
        case 'S' -> copySyncs++;
        default -> possible = FOR_GOOD; // fatal in a COPY, unless the COPY failed before it
      }
      return;
    }
    if (skipping) {
      if (type == 'S') {
        skipping = false;
        push(type);
      } else if (possible > 0) {
        dropped(type); // perhaps it does not skip
      }
      return;
    }
    switch (type) {
      case 'Q', 'S', 'F' -> push(type);
      case 'P', 'B', 'D', 'E', 'C' -> {
        if (tracking && (type == 'P' || type == 'C')) {
          push(type);
          incomplete++;
        } else if (!joinsLastBatch()) {
          push((byte) 'x');
        }
      }
      case 'c', 'f' -> {
        if (size > 0) {
          push((byte) 'c');
        }
      }
      default -> {
        // Flush and CopyData owe nothing.
      }
    }
  }

  /**
   * Whether Parse and Close are kept apart from now on, so that {@link #onComplete} can tell which
   * of them was completed. For a link that begins.
   */
  public void trackCompletions(boolean wanted) {
    tracking = wanted;
  }

  /**
   * A Parse or Close of our own goes between the client's messages; its completion is not for the
   * client. Not while {@link #inCopyIn} or {@link #isSkipping}.
   *
   * @param type P or C
   */
  public void sentOwn(byte type) {
    push(type == 'P' ? (byte) 'p' : (byte) 'k');
    incomplete++;
  }

  /** Whether ParseComplete or CloseComplete has to be told by {@link #onComplete}. */
  public boolean awaitsCompletions() {
    return incomplete > 0;
  }

  /**
   * The server sent ParseComplete or CloseComplete.
   *
   * @param type of the request that it completes: P or C
   * @return whether the request was our own
   */
  public boolean onComplete(byte type) {
    byte own = type == 'P' ? (byte) 'p' : (byte) 'k';
    for (int i = 0; i < size && isOfBatch(get(i)); i++) {
      byte request = get(i);
      if (request == type || request == own) {
        set(i, (byte) 'x');
        incomplete--;
        return request == own;
      }
    }
    return false;
  }

  /**
   * How many requests to Parse and Close will not be completed after all, since this was last
   * asked: the next ones in the order they were sent, after those completed.
   */
  public int takeLost() {
    int count = lost;
    lost = 0;
    return count;
  }

  /** Whether the server ignores everything until the next Sync. */
  public boolean isSkipping() {
    return skipping;
  }

  /** The server sent CopyInResponse or CopyBothResponse. */
  public void onCopyIn() {
    doubtForGood();
    joinFirstBatch();
    int command = size > 1 && get(0) == 'x' && get(1) == 'Q' ? 1 : 0;
    int kept = command + 1;
    int next = kept;
    copyIn = true;
    copySyncs = 0;
    while (next < size && copyIn) {
      byte request = get(next++);
      if (request == 'c') {
        copyIn = false;
      } else if (request == 'S') {
        copySyncs++;
      } else {
        copyIn = false;
        possible = FOR_GOOD; // fatal in a COPY, unless the COPY failed before it
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
    copyIn = false;
    doubtForGood();
    possible += copySyncs;
    copySyncs = 0;
    if (size == 0 || !isOfBatch(get(0))) {
      return; // a Query or FunctionCall ends with ReadyForQuery, failed or not
    }
    pop();
    while (size > 0 && get(0) != 'S') {
      dropped(pop());
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
    copySyncs = 0;
    skipping = false; // if it was, then a fence that we took for ignored was answered after all
    boolean owed = popThroughFence();
    if (!owed && possible > 0) {
      possible -= possible < FOR_GOOD ? 1 : 0;
      queryPossible &= possible > 0;
      owed = true;
    }
    while (size > 0 && get(0) == 'c') {
      pop(); // a CopyDone for a COPY that never began is ignored by the server
    }
    return owed;
  }

  /** Behind a COPY with Syncs in it a batch is kept apart: it may be alive when the COPY failed. */
  private boolean joinsLastBatch() {
    return size > 0 && isOfBatch(get(size - 1)) && (copySyncs == 0 || size > 1);
  }

  /** Makes one entry of the batch at the head: COPY has begun, and nothing before it is awaited. */
  private void joinFirstBatch() {
    while (size > 1 && isOfBatch(get(0)) && isOfBatch(get(1))) {
      pop();
    }
    if (size > 0 && isOfBatch(get(0))) {
      forget(get(0));
      set(0, (byte) 'x');
    }
  }

  /** While in doubt, the head of the ring may not be what the server works on. */
  private void doubtForGood() {
    if (possible > 0) {
      possible = FOR_GOOD;
    }
  }

  private boolean popThroughFence() {
    int fence = 0;
    while (fence < size && !isFence(get(fence)) && get(fence) != 'b') {
      fence++;
    }
    if (fence == size || get(fence) == 'b') {
      return false; // what is there may stand behind the reply that came
    }
    for (int i = 0; i <= fence; i++) {
      pop();
    }
    return true;
  }

  /** A request was taken out that the server ignores, unless the error was about a later one. */
  private void dropped(byte type) {
    if (isFence(type)) {
      possible++;
      queryPossible |= type != 'S';
    } else if (possible > 0 && isExtended(type)) {
      possible = FOR_GOOD; // a batch may be open, and no reply would tell
    }
  }

  /**
   * Whether the server owes nothing and is in no COPY: a link may end here, between transactions.
   */
  public boolean settled() {
    return size == 0 && !skipping && !copyIn && possible == 0;
  }

  /**
   * Whether it cannot be known how many replies are still to come. It may stay so for the rest of
   * the link.
   */
  public boolean inDoubt() {
    return possible > 0;
  }

  /**
   * Whether nothing is left to come but what may come, so that the answer to one more query, an
   * empty one, would end the doubt. Not so when a Query may be answered, because that one may be
   * empty as well.
   */
  public boolean needsBarrier() {
    return size == 0
        && !skipping
        && !copyIn
        && possible > 0
        && possible < FOR_GOOD
        && !queryPossible;
  }

  /** The query that ends the doubt was sent; its own ReadyForQuery is not to be noted here. */
  public void barrierSent() {
    push((byte) 'b');
  }

  /** The answer to the barrier came: all that was possible before has come. */
  public void onBarrier() {
    while (size > 0 && pop() != 'b') {
      // What stands before it has been answered.
    }
    possible = 0;
    queryPossible = false;
  }

  /** Whether everything sent will be answered without the client sending more. */
  public boolean endsWithFence() {
    if (copyIn || skipping || possible > 0) {
      return false;
    }
    int last = size - 1;
    while (last >= 0 && get(last) == 'c') {
      last--; // ends a COPY, but not the batch that the COPY is in
    }
    return last < 0 || !isOfBatch(get(last));
  }

  /** How many ReadyForQuery messages are owed for what was sent so far. */
  public int owed() {
    int fences = 0;
    for (int i = 0; i < size; i++) {
      byte request = get(i);
      fences += request == 'Q' || request == 'S' || request == 'F' ? 1 : 0;
    }
    return fences;
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
    copySyncs = 0;
    possible = 0;
    queryPossible = false;
    incomplete = 0;
    lost = 0;
  }

  /** Whether an entry or a message belongs to a batch. */
  private static boolean isExtended(byte type) {
    return switch (type) {
      case 'B', 'D', 'E' -> true;
      default -> isOfBatch(type);
    };
  }

  /** Whether an entry stands for messages of a batch. */
  private static boolean isOfBatch(byte request) {
    return switch (request) {
      case 'x', 'P', 'C', 'p', 'k' -> true;
      default -> false;
    };
  }

  /** An entry goes without having been completed. */
  private void forget(byte request) {
    if (request != 'x' && isOfBatch(request)) {
      incomplete--;
      lost++;
    }
  }

  private static boolean isFence(byte request) {
    return request == 'S' || request == 'Q' || request == 'F';
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
    forget(request);
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
        .append(possible > 0 ? " and perhaps " + possible + " more" : "")
        .toString();
  }
}

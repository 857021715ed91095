package dev.howdah.pooler.client;

import dev.howdah.pooler.peer.PeerMark;
import dev.howdah.wire.message.CancelSecret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cancel keys we issued, in place of the servers' (docs: "Canceling Requests in Progress").
 * Safe for all threads.
 *
 * <p>Without peers the process ids are counted up, so each is unique. With peers they bear the mark
 * of this pooler ({@link PeerMark}) and leave 15 bits, which are random as the secret is: they are
 * unique while there are few clients, and shared by several once there are many.
 */
public final class CancelKeys {
  private static final int SECRET_BYTES_3_0 = 4;
  private static final int SECRET_BYTES_3_2 = 32;

  /** How often we try to draw a process id that nobody has. */
  private static final int DRAWS_MAX = 8;

  private final Map<Integer, List<Entry>> issued = new ConcurrentHashMap<>(); // by process id
  private final AtomicInteger lastProcessId;
  private final SecureRandom random;
  private final int peerId;

  private record Entry(CancelSecret secret, CancelTarget target) {}

  /** A key for one client. */
  public record Key(int processId, CancelSecret secret) {

    /** Both as one number; null when the secret is one of protocol 3.2, which is longer. */
    @Nullable Long asNumber() {
      byte[] bytes = secret.toArray();
      return bytes.length == Integer.BYTES
          ? Integer.toUnsignedLong(processId) << Integer.SIZE
              | Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt())
          : null;
    }
  }

  /**
   * No keys yet.
   *
   * @param peerId what the keys are marked with; 0 for nothing
   */
  public CancelKeys(SecureRandom random, int peerId) {
    this.random = random;
    this.peerId = peerId;
    this.lastProcessId = new AtomicInteger(random.nextInt(1 << 20));
  }

  /** Issues a key; long ones only to clients that speak protocol 3.2. */
  public Key issue(CancelTarget target, boolean longSecret) {
    int length = longSecret ? SECRET_BYTES_3_2 : SECRET_BYTES_3_0;
    return isMarked() ? issueMarked(target, length) : issueCounted(target, length);
  }

  private Key issueCounted(CancelTarget target, int length) {
    CancelSecret secret = CancelSecret.random(random, length);
    while (true) {
      int processId = lastProcessId.updateAndGet(last -> last == Integer.MAX_VALUE ? 1 : last + 1);
      if (add(processId, new Entry(secret, target), false)) {
        return new Key(processId, secret);
      }
    }
  }

  private Key issueMarked(CancelTarget target, int length) {
    for (int draw = 1; ; draw++) {
      int processId = PeerMark.on(random.nextInt(), peerId);
      CancelSecret secret =
          PeerMark.withHops(CancelSecret.random(random, length), PeerMark.HOPS_MAX);
      if (add(processId, new Entry(secret, target), draw > DRAWS_MAX)) {
        return new Key(processId, secret);
      }
    }
  }

  /**
   * Issues a key under a given process id, the server's own; under one of ours when somebody has
   * it, or when peers must find us by it.
   */
  Key issueAs(CancelTarget target, int processId) {
    CancelSecret secret = CancelSecret.random(random, SECRET_BYTES_3_0);
    return !isMarked() && add(processId, new Entry(secret, target), false)
        ? new Key(processId, secret)
        : issue(target, false);
  }

  private boolean isMarked() {
    return peerId > 0;
  }

  /** Puts an entry under a process id, unless it is taken, or the whole key is. */
  private boolean add(int processId, Entry entry, boolean mayShare) {
    List<Entry> entries =
        issued.compute(
            processId,
            (_, others) -> {
              if (others == null) {
                return List.of(entry);
              }
              boolean taken =
                  !mayShare || others.stream().anyMatch(other -> isSame(other, entry.secret));
              return taken ? others : Stream.concat(others.stream(), Stream.of(entry)).toList();
            });
    return entries.contains(entry);
  }

  private static boolean isSame(Entry entry, CancelSecret secret) {
    return entry.secret.equals(secret);
  }

  /** Makes a key void. */
  public void revoke(Key key) {
    issued.computeIfPresent(
        key.processId(),
        (_, entries) -> {
          List<Entry> left =
              entries.stream().filter(entry -> !isSame(entry, key.secret())).toList();
          return left.isEmpty() ? null : left;
        });
  }

  /** The client a cancel request is for; null when the key is wrong. Constant time per key. */
  @Nullable CancelTarget find(int processId, CancelSecret secret) {
    CancelSecret asIssued = isMarked() ? PeerMark.withHops(secret, PeerMark.HOPS_MAX) : secret;
    for (Entry entry : issued.getOrDefault(processId, List.of())) {
      if (isSame(entry, asIssued)) {
        return entry.target;
      }
    }
    return null;
  }
}

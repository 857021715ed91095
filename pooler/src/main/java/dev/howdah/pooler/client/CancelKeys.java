package dev.howdah.pooler.client;

import dev.howdah.wire.message.CancelSecret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The cancel keys we issued, in place of the servers' (docs: "Canceling Requests in Progress").
 * Safe for all threads.
 */
public final class CancelKeys {
  private static final int SECRET_BYTES_3_0 = 4;
  private static final int SECRET_BYTES_3_2 = 32;

  private final Map<Integer, Entry> issued = new ConcurrentHashMap<>();
  private final AtomicInteger lastProcessId;
  private final SecureRandom random;

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

  /** No keys yet. */
  public CancelKeys(SecureRandom random) {
    this.random = random;
    this.lastProcessId = new AtomicInteger(random.nextInt(1 << 20));
  }

  /** Issues a key; long ones only to clients that speak protocol 3.2. */
  public Key issue(CancelTarget target, boolean longSecret) {
    CancelSecret secret =
        CancelSecret.random(random, longSecret ? SECRET_BYTES_3_2 : SECRET_BYTES_3_0);
    while (true) {
      int processId = lastProcessId.updateAndGet(last -> last == Integer.MAX_VALUE ? 1 : last + 1);
      if (issued.putIfAbsent(processId, new Entry(secret, target)) == null) {
        return new Key(processId, secret);
      }
    }
  }

  /** Issues a key under a given process id, the server's own. */
  Key issueAs(CancelTarget target, int processId) {
    CancelSecret secret = CancelSecret.random(random, SECRET_BYTES_3_0);
    Entry entry = new Entry(secret, target);
    return issued.putIfAbsent(processId, entry) == null
        ? new Key(processId, secret)
        : issue(target, false);
  }

  /** Makes a key void. */
  public void revoke(Key key) {
    issued.remove(key.processId());
  }

  /** The client a cancel request is for; null when the key is wrong. Constant time per key. */
  @Nullable CancelTarget find(int processId, CancelSecret secret) {
    Entry entry = issued.get(processId);
    return entry != null && entry.secret.equals(secret) ? entry.target : null;
  }
}

package dev.howdah.pooler.peer;

import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;

/**
 * What a cancel key tells about the pooler that issued it. The bytes are those of PgBouncer since
 * 1.21, so that a fleet may consist of both:
 *
 * <ul>
 *   <li>the second and the third byte of the process id are the low and the high byte of the
 *       issuer's {@code peer_id}; the process id is never negative;
 *   <li>the two lowest bits of the secret's last byte say how often the request may still be
 *       forwarded, which ends loops.
 * </ul>
 *
 * <p>45 bits of a short key are left to chance, 269 of a long one.
 */
public final class PeerMark {
  /** How often a request may be forwarded. */
  public static final int HOPS_MAX = 3;

  private static final int RANDOM_BITS = 0x7F0000FF;
  private static final int HOPS_MASK = 0x03;

  private PeerMark() {}

  /** A process id with the random bits of one and the mark of a peer. */
  public static int on(int processId, int peerId) {
    return (processId & RANDOM_BITS) | ((peerId & 0xFF) << 16) | (peerId & 0xFF00);
  }

  /** Whose mark a process id has, as far as it has any. */
  public static int peerIdOf(int processId) {
    return ((processId >>> 16) & 0xFF) | (processId & 0xFF00);
  }

  /** How often a request with this secret may still be forwarded, 0 to {@link #HOPS_MAX}. */
  public static int hopsLeft(CancelSecret secret) {
    byte[] bytes = secret.toArray();
    return bytes[bytes.length - 1] & HOPS_MASK;
  }

  /** The same secret with another number of hops, 0 to {@link #HOPS_MAX}. */
  public static CancelSecret withHops(CancelSecret secret, int hops) {
    byte[] bytes = secret.toArray();
    bytes[bytes.length - 1] = (byte) ((bytes[bytes.length - 1] & ~HOPS_MASK) | hops);
    return new CancelSecret(Bytes.copyOf(bytes));
  }
}

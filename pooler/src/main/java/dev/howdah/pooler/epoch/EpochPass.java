package dev.howdah.pooler.epoch;

/**
 * What a connection to the primary was opened under. It is good as long as the write lease is one
 * of the same epoch; nothing makes it good again for another.
 *
 * @param gate who knows the lease
 * @param epoch its value
 */
public record EpochPass(EpochGate gate, long epoch) {

  /** Whether bytes may be forwarded to the connection, or relayed from it, at this moment. */
  public boolean isGood() {
    return gate.permits(epoch);
  }

  /** Whether a transaction may begin on the connection at this moment. */
  public boolean admitsTransactions() {
    return !gate.isPausing() && gate.permits(epoch);
  }

  @Override
  public String toString() {
    return "epoch " + epoch;
  }
}

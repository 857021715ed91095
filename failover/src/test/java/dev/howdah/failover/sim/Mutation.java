package dev.howdah.failover.sim;

/** A precaution left out on purpose, to see whether the simulation notices. */
enum Mutation {
  /** Everything as in production. */
  NONE,
  /** Poolers relay what they read without asking the lease. */
  NO_ACK_GATE,
  /** Controllers promote without waiting for poolers. */
  NO_WAIT_OUT,
  /** The store writes the topology whatever its revision. */
  NO_COMPARE_AND_SWAP,
  /** The candidate is chosen by name, not by what it has received. */
  NO_RECEIVED_LSN,
  /** A switchover fences while transactions run. */
  NO_DRAIN,
  /** A switchover promotes a candidate whatever it has replayed. */
  NO_CATCH_UP
}

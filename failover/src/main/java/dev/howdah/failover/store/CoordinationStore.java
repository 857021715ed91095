package dev.howdah.failover.store;

import java.util.List;

/**
 * Where the cluster's truth lives. Keys are relative to the cluster, such as {@code topology} or
 * {@code poolers/a/1}. Safe for all threads; every call ends within its deadline.
 */
public interface CoordinationStore extends AutoCloseable {

  /**
   * Reads at one revision, linearizably: every write that had succeeded before this call began is
   * seen.
   *
   * @param selectors keys; one that ends with a slash stands for all keys that begin with it
   * @throws StoreUnavailableException if no answer came in time
   */
  Snapshot read(List<String> selectors) throws StoreUnavailableException, InterruptedException;

  /** Carries out {@code write} if its guards hold. Failures are {@link WriteResult.Unknown}. */
  WriteResult write(GuardedWrite write) throws InterruptedException;

  /**
   * Calls {@code changed} some time after a key under {@code prefix} may have changed, on a thread
   * of the store. Only a hint to read now: calls may be missing, late or needless.
   *
   * @param changed must not block
   * @return closing it ends the calls
   */
  Watch watch(String prefix, Runnable changed);

  /** Ends all watches and connections. */
  @Override
  void close();

  /** A running {@link #watch}. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}

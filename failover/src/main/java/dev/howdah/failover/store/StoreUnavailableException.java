package dev.howdah.failover.store;

/** No answer within the deadline, or a refusal. Expected when a store is in trouble. */
public final class StoreUnavailableException extends Exception {

  /** {@code message} is for operators: what was tried, where, what happened. */
  public StoreUnavailableException(String message) {
    super(message, null, false, false);
  }
}

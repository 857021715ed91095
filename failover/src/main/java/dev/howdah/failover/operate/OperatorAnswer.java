package dev.howdah.failover.operate;

/** What became of a change that an operator wanted. */
public sealed interface OperatorAnswer {

  /** It was written. */
  record Written() implements OperatorAnswer {}

  /**
   * It was not, and nothing was changed.
   *
   * @param reason in words for an operator, with what to do
   */
  record Refused(String reason) implements OperatorAnswer {}

  /**
   * Nobody knows: the store did not answer in time, and what was sent may still arrive.
   *
   * @param reason in words for an operator
   */
  record Unsure(String reason) implements OperatorAnswer {}
}

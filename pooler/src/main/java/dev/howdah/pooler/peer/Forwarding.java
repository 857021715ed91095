package dev.howdah.pooler.peer;

import java.util.Locale;

/** What became of a cancel request for a client of another pooler. */
public enum Forwarding {
  /** The peer took it and has closed the connection, so it can do nothing any more. */
  DELIVERED("forwarded to its peer"),
  /** {@code [peers]} does not name that pooler. */
  UNKNOWN_PEER("no entry in [peers] for it"),
  /** It has come by too many poolers: they send it in a circle. */
  HOPS_EXHAUSTED("it has been forwarded too often"),
  /** Too many requests wait for the same peer. */
  QUEUE_FULL("too many requests wait for that peer"),
  /** {@code cancel_wait_timeout} passed before the peer was done with it. */
  TIMED_OUT("no end within cancel_wait_timeout"),
  /** The peer cannot be reached, or broke the connection. */
  UNREACHABLE("that peer cannot be reached");

  private final String sentence;

  Forwarding(String sentence) {
    this.sentence = sentence;
  }

  /** For the log. */
  public String sentence() {
    return sentence;
  }

  /** For labels of metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether something is wrong that an operator should look at. */
  public boolean isTrouble() {
    return switch (this) {
      case DELIVERED, UNKNOWN_PEER, HOPS_EXHAUSTED -> false; // strangers can cause these
      case QUEUE_FULL, TIMED_OUT, UNREACHABLE -> true;
    };
  }
}

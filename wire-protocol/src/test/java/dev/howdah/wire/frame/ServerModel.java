package dev.howdah.wire.frame;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * PostgreSQL's main loop, reduced to what decides about ReadyForQuery: it reads one message after
 * the other and answers it, ignores everything up to the next Sync after an error in an
 * extended-query message, and inside a COPY reads only what belongs there.
 */
final class ServerModel {
  private final Queue<Message> input = new ArrayDeque<>();
  private final Queue<Character> output = new ArrayDeque<>();
  private boolean ignoringTillSync;
  private boolean batchOpen; // an extended-query message since the last ReadyForQuery
  private boolean copying;
  private boolean copyIsExtended;
  private boolean broken;

  /** What comes of a message that the server works on. */
  enum Fate {
    SUCCEEDS,
    FAILS,
    COPIES
  }

  /** A message of the client, with what will come of it. */
  record Message(char type, Fate fate) {}

  void receive(Message message) {
    input.add(message);
  }

  boolean hasInput() {
    return !input.isEmpty() && !broken;
  }

  boolean hasOutput() {
    return !output.isEmpty();
  }

  char nextOutput() {
    return output.remove();
  }

  /** Whether the client broke the protocol in a way that ends the connection. */
  boolean isBroken() {
    return broken;
  }

  /** Whether everything was read and answered, and the answers were taken. */
  boolean isIdle() {
    return input.isEmpty() && hasNothingToSay() && !broken;
  }

  /** Whether it is idle but for messages that it will read and say nothing to. */
  boolean hasNothingToSay() {
    return output.isEmpty()
        && !ignoringTillSync
        && !batchOpen
        && !copying
        && input.stream().allMatch(message -> "Hdcf".indexOf(message.type()) >= 0);
  }

  /** Reads and answers one message. */
  void step() {
    Message message = input.remove();
    if (copying) {
      readInCopy(message);
      return;
    }
    if (ignoringTillSync && message.type() != 'S') {
      return;
    }
    switch (message.type()) {
      case 'Q', 'F' -> {
        if (message.fate() == Fate.COPIES && message.type() == 'Q') {
          startCopy(false);
        } else {
          if (message.fate() == Fate.FAILS) {
            output.add('E');
          }
          ready();
        }
      }
      case 'P', 'B', 'D', 'E', 'C' -> {
        batchOpen = true;
        if (message.fate() == Fate.FAILS) {
          output.add('E');
          ignoringTillSync = true;
        } else if (message.fate() == Fate.COPIES && message.type() == 'E') {
          startCopy(true);
        }
      }
      case 'S' -> {
        ignoringTillSync = false;
        ready();
      }
      default -> {
        // Flush, and what is left of a COPY that failed.
      }
    }
  }

  private void startCopy(boolean extended) {
    copying = true;
    copyIsExtended = extended;
    output.add('G');
  }

  private void readInCopy(Message message) {
    switch (message.type()) {
      case 'd', 'c' -> {
        if (message.fate() == Fate.FAILS) {
          failCopy();
        } else if (message.type() == 'c') {
          copying = false;
          if (!copyIsExtended) {
            ready();
          }
        }
      }
      case 'f' -> failCopy();
      case 'H', 'S' -> {
        // Ignored in a COPY.
      }
      default -> broken = true;
    }
  }

  /** The COPY fails without reading on, as by a trigger or a cancel request. */
  void interrupt() {
    if (copying) {
      failCopy();
    }
  }

  private void failCopy() {
    copying = false;
    output.add('E');
    if (copyIsExtended) {
      ignoringTillSync = true;
    } else {
      ready();
    }
  }

  private void ready() {
    batchOpen = false;
    output.add('Z');
  }
}

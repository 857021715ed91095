package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient.Message;
import java.util.List;

/** What a server still has to answer to some messages. One thread. */
final class Owed {
  private static final String COMPLETIONS = "123TnCIs";

  private final boolean dataFollows;
  private int readies;
  private int completions;
  private boolean startedCopying;

  /**
   * The answers to messages sent in one piece.
   *
   * @param copying whether the server waits for data
   */
  Owed(List<Packet> packets, boolean copying) {
    dataFollows = packets.stream().anyMatch(Packet::endsCopy);
    boolean flushed = packets.getLast().type() == 'H';
    for (Packet packet : packets) {
      if (packet.asksForReady() || (copying && packet.endsCopy())) {
        readies++;
        completions = 0;
      } else if (flushed && "PBDEC".indexOf(packet.type()) >= 0) {
        completions++;
      }
    }
  }

  /** Takes the next message of the server. */
  void on(Message message) {
    char type = message.type();
    if (type == 'Z') {
      readies--;
    } else if (type == 'G' && !dataFollows) {
      startedCopying = true;
    } else if (readies == 0 && type == 'E') {
      completions = 0;
    } else if (readies == 0 && COMPLETIONS.indexOf(type) >= 0) {
      completions--;
    }
  }

  /** Whether there is nothing more to come, or data has to be sent first. */
  boolean isDone() {
    return startedCopying || (readies <= 0 && completions <= 0);
  }

  /** Whether the server waits for data now. */
  boolean leavesCopying() {
    return startedCopying;
  }
}

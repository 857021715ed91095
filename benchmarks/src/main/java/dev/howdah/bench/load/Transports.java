package dev.howdah.bench.load;

import dev.howdah.pooler.listen.Transport;

/** Which transport the two ends of a measurement use, whatever the pooler between them uses. */
final class Transports {
  private Transports() {}

  /** Epoll, or NIO where there is none. */
  static Transport best() {
    return Transport.EPOLL.isAvailable() ? Transport.EPOLL : Transport.NIO;
  }
}

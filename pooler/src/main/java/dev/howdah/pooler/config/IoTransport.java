package dev.howdah.pooler.config;

/** Which kernel interface moves the bytes. */
public enum IoTransport {
  /** io_uring where the kernel allows it, else epoll, else NIO. */
  AUTO,
  /** Linux epoll. */
  EPOLL,
  /** Linux io_uring. */
  IO_URING,
  /** The portable JDK transport. */
  NIO;

  /** The word in the configuration file; only {@code io_uring} is written with an underscore. */
  public String word() {
    return this == IO_URING ? "io_uring" : ChoiceWords.of(this);
  }
}

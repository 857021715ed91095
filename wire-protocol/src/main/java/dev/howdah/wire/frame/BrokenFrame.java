package dev.howdah.wire.frame;

/** A message header that cannot be: the connection is out of step and has to be closed. */
public final class BrokenFrame extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String description;

  /**
   * For a message whose length makes no sense.
   *
   * @param type the type byte as read
   * @param length the int32 behind it
   */
  public BrokenFrame(byte type, int length) {
    this("message type 0x%02X with impossible length %d".formatted(type & 0xFF, length));
  }

  /** For a type byte that no message of this direction has. */
  public BrokenFrame(byte type) {
    this("unknown message type 0x%02X".formatted(type & 0xFF));
  }

  private BrokenFrame(String description) {
    super(description, null, false, false); // it is the peer's fault: no stack trace
    this.description = description;
  }

  /** What is wrong with it. */
  public String description() {
    return description;
  }
}

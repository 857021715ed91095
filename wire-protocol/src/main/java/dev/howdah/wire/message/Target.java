package dev.howdah.wire.message;

import dev.howdah.wire.error.ProtocolViolation;

/** What Describe and Close are about. */
public enum Target {
  STATEMENT('S'),
  PORTAL('P');

  private final byte code;

  Target(char code) {
    this.code = (byte) code;
  }

  /** The byte that stands for it. */
  public byte code() {
    return code;
  }

  /**
   * The target for a byte of Describe or Close.
   *
   * @throws ProtocolViolation if there is none
   */
  public static Target fromCode(byte code) {
    return switch (code) {
      case 'S' -> STATEMENT;
      case 'P' -> PORTAL;
      default -> throw new ProtocolViolation("invalid DESCRIBE or CLOSE message subtype " + code);
    };
  }
}

package dev.howdah.wire.message;

import dev.howdah.wire.error.ProtocolViolation;

/** Where the server stands when it says ReadyForQuery. */
public enum TransactionStatus {
  /** Not in a transaction block. */
  IDLE('I'),
  /** In a transaction block. */
  IN_TRANSACTION('T'),
  /** In a failed transaction block: everything is refused until it ends. */
  FAILED('E');

  private final byte code;

  TransactionStatus(char code) {
    this.code = (byte) code;
  }

  /** The byte that stands for it in ReadyForQuery. */
  public byte code() {
    return code;
  }

  /**
   * The status for a byte of ReadyForQuery.
   *
   * @throws ProtocolViolation if there is none
   */
  public static TransactionStatus fromCode(byte code) {
    return switch (code) {
      case 'I' -> IDLE;
      case 'T' -> IN_TRANSACTION;
      case 'E' -> FAILED;
      default -> throw new ProtocolViolation("unknown transaction status " + code);
    };
  }
}

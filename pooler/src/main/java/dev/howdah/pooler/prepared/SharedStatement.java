package dev.howdah.pooler.prepared;

import dev.howdah.pooler.sql.StatementFacts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A statement under the name that server connections know it by: one for all clients of a pool that
 * prepared the same text with the same parameter types. Safe for all threads.
 */
public final class SharedStatement {
  /** What our names begin with; nobody else's should. */
  static final String PREFIX = "_howdah_";

  private static final int HEADER_BYTES = 5;

  private final byte[] name;
  private final byte[] definition;
  private final StatementFacts facts;
  private volatile boolean accepted;
  private volatile int version;

  /**
   * A statement that no server has seen yet.
   *
   * @param number no other statement of this process has it
   * @param definition the text with its zero byte, and the parameter types, as in a Parse message
   */
  SharedStatement(long number, byte[] definition, StatementFacts facts) {
    this.name = (PREFIX + number).getBytes(StandardCharsets.US_ASCII);
    this.definition = definition;
    this.facts = facts;
  }

  /** What executing it may leave behind. */
  public StatementFacts facts() {
    return facts;
  }

  /** The text with its zero byte, and the parameter types; not to be changed. */
  byte[] definition() {
    return definition;
  }

  /** Whether a server has accepted the text. */
  public boolean isAccepted() {
    return accepted;
  }

  /** Which of its plans is good; a server connection may have an older one. */
  int version() {
    return version;
  }

  /** PostgreSQL plans it for other columns now: every server connection has to parse it again. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // that it becomes another one is all that matters
  void renew() {
    version++;
  }

  void accept() {
    accepted = true;
  }

  /** Appends the name with its zero byte. */
  void writeName(ByteBuf out) {
    out.writeBytes(name).writeByte(0);
  }

  /** The length of {@link #writeName}. */
  int nameBytes() {
    return name.length + 1;
  }

  /** The Parse message that makes it known to a server. */
  ByteBuf parse(ByteBufAllocator allocator) {
    int length = 4 + nameBytes() + definition.length;
    ByteBuf out = allocator.buffer(HEADER_BYTES + length);
    out.writeByte('P').writeInt(length);
    writeName(out);
    return out.writeBytes(definition);
  }

  /** The Close message that makes a server forget it. */
  ByteBuf close(ByteBufAllocator allocator) {
    int length = 4 + 1 + nameBytes();
    ByteBuf out = allocator.buffer(HEADER_BYTES + length);
    out.writeByte('C').writeInt(length).writeByte('S');
    writeName(out);
    return out;
  }

  @Override
  public String toString() {
    return new String(name, StandardCharsets.US_ASCII);
  }
}

package dev.howdah.pooler.prepared;

import dev.howdah.pooler.sql.StatementFacts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The prepared statements of a pool, found by text. Only asked when a client prepares something.
 * Safe for all threads.
 *
 * <p>The search path is a part of the key: PostgreSQL plans a statement again under another one,
 * and refuses it when the result has other columns then.
 */
public final class StatementCatalogue {
  private static final int KEPT_MAX = 10_000;
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Map<ByteBuffer, SharedStatement> byText = new ConcurrentHashMap<>();

  /**
   * The statement with this definition, made if it was not there.
   *
   * @param definition text, zero byte, parameter types; kept
   * @param searchPath the client's, empty when it has set none
   * @param facts read from the text, if it is new
   */
  SharedStatement find(byte[] definition, String searchPath, Supplier<StatementFacts> facts) {
    if (byText.size() >= KEPT_MAX) {
      byText.clear(); // whoever has one keeps it; it is only found no more
    }
    return byText.computeIfAbsent(
        key(definition, searchPath),
        _ -> new SharedStatement(NUMBERS.incrementAndGet(), definition, facts.get()));
  }

  /**
   * A statement that only one client may use, because its text may mean something else to others.
   */
  static SharedStatement unshared(byte[] definition, Supplier<StatementFacts> facts) {
    return new SharedStatement(NUMBERS.incrementAndGet(), definition, facts.get());
  }

  private static ByteBuffer key(byte[] definition, String searchPath) {
    if (searchPath.isEmpty()) {
      return ByteBuffer.wrap(definition);
    }
    byte[] path = searchPath.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(definition.length + path.length).put(definition).put(path).flip();
  }

  /** How many texts are known. */
  public int size() {
    return byText.size();
  }
}

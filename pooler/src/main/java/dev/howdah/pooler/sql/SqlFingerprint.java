package dev.howdah.pooler.sql;

/**
 * A number that texts share which differ in their literals only, to recognise a statement in a log
 * without its data. Strings, numbers and parameters are all alike, a list of them is as good as
 * one, and case, white space and comments do not count. Stable over restarts. Reusable, one thread
 * at a time; no allocation.
 */
public final class SqlFingerprint {
  private static final long OFFSET = 0xCBF2_9CE4_8422_2325L;
  private static final long PRIME = 0x0000_0100_0000_01B3L;

  private final SqlScanner scanner = new SqlScanner();

  /**
   * The fingerprint of a text; of one that cannot be read, that of what could be.
   *
   * @param length without the zero byte that ends a string of the protocol
   */
  public long of(byte[] text, int offset, int length, SqlRules rules) {
    scanner.reset(text, offset, length, rules);
    long hash = OFFSET;
    boolean literalBefore = false;
    boolean commaAfterLiteral = false;
    for (SqlToken token = scanner.next(); token != SqlToken.END; token = scanner.next()) {
      boolean literal = isLiteral(token);
      if (commaAfterLiteral && !literal) {
        hash = mix(hash, ',');
      }
      if (literal && !commaAfterLiteral) {
        hash = mix(hash, '?');
      } else if (token == SqlToken.WORD) {
        hash = word(hash, text, 0x20);
      } else if (!literal && !(token == SqlToken.COMMA && literalBefore)) {
        hash = word(hash, text, 0);
      }
      commaAfterLiteral = token == SqlToken.COMMA && literalBefore;
      literalBefore = literal;
    }
    scanner.release();
    return hash ^ (hash >>> 32);
  }

  private static boolean isLiteral(SqlToken token) {
    return token.isString()
        || token == SqlToken.NUMBER
        || token == SqlToken.BIT_STRING
        || token == SqlToken.PARAMETER;
  }

  private long word(long hash, byte[] text, int lowerCase) {
    long mixed = mix(hash, ' ');
    for (int i = scanner.start(); i < scanner.end(); i++) {
      byte c = text[i];
      mixed = mix(mixed, c >= 'A' && c <= 'Z' ? c | lowerCase : c);
    }
    return mixed;
  }

  private static long mix(long hash, int value) {
    return (hash ^ value) * PRIME;
  }
}

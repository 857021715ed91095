package dev.howdah.pooler.client;

import dev.howdah.wire.frame.BackendScanner;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Knows the query that ends a transaction, in its plain forms. */
final class ReadEnd {
  private static final int TEXT_BYTES_MAX = 16;

  private ReadEnd() {}

  /** The tag by which PostgreSQL would answer; null when the bytes are anything else. */
  static @Nullable String tag(ByteBuf in) {
    int at = in.readerIndex();
    int text = in.readableBytes() - BackendScanner.HEADER_BYTES - 1;
    if (text < 3
        || text > TEXT_BYTES_MAX
        || in.getByte(at) != 'Q'
        || in.getInt(at + 1) != in.readableBytes() - 1) {
      return null;
    }
    String sql =
        in.toString(at + BackendScanner.HEADER_BYTES, text, StandardCharsets.ISO_8859_1)
            .replace(';', ' ')
            .strip()
            .toUpperCase(Locale.ROOT);
    return switch (sql) {
      case "COMMIT", "END" -> "COMMIT";
      case "ROLLBACK", "ABORT" -> "ROLLBACK";
      default -> null;
    };
  }
}

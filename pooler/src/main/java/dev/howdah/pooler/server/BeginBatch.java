package dev.howdah.pooler.server;

import dev.howdah.pooler.sql.TransactionModes;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * BEGIN as a batch of the extended protocol without its Sync: should it fail, PostgreSQL skips
 * everything behind it, so that no statement ever runs outside of the transaction it was meant for.
 */
public final class BeginBatch {
  private static final Map<TransactionModes, byte[]> ENCODED = new ConcurrentHashMap<>();

  private BeginBatch() {}

  /** The messages, ready to be sent. */
  static byte[] of(TransactionModes modes) {
    return ENCODED.computeIfAbsent(modes, BeginBatch::encode);
  }

  /** The statement for these modes. */
  public static String sql(TransactionModes modes) {
    StringBuilder sql = new StringBuilder("BEGIN");
    if (modes.isolation() != null) {
      sql.append(" ISOLATION LEVEL ")
          .append(modes.isolation().name().replace('_', ' ').toUpperCase(Locale.ROOT));
    }
    if (modes.readOnly() != null) {
      sql.append(modes.readOnly() ? " READ ONLY" : " READ WRITE");
    }
    if (modes.deferrable() != null) {
      sql.append(modes.deferrable() ? " DEFERRABLE" : " NOT DEFERRABLE");
    }
    return sql.toString();
  }

  private static byte[] encode(TransactionModes modes) {
    ByteBuf out = Unpooled.buffer(128);
    new Parse("", sql(modes), List.of()).encode(out);
    new Bind("", "", List.of(), List.of(), List.of()).encode(out);
    new Execute("", 0).encode(out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}

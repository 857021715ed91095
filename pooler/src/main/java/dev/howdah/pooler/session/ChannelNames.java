package dev.howdah.pooler.session;

import dev.howdah.wire.field.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Stand-ins for the names of channels. A LISTEN of a client goes to the server under a name that
 * nobody notifies, so that PostgreSQL itself tells, at the end of the transaction, whether it
 * holds; the channel proper is the business of the pool's {@link
 * dev.howdah.pooler.notify.Listener}.
 */
final class ChannelNames {
  /** Of names that stand for "listens". */
  static final String LISTENS = "_howdah_l_";

  /** Of names that stand for "listens no more". */
  static final String UNLISTENS = "_howdah_u_";

  /** A channel nobody ever listens on. */
  static final String NONE = "_howdah_none";

  /** A boolean expression in SQL: whether {@code c} is none of ours. */
  static final String IS_FOREIGN =
      "pg_catalog.left(c, 10) NOT IN ('" + LISTENS + "', '" + UNLISTENS + "')";

  private static final int DIGEST_BYTES = 20;

  private ChannelNames() {}

  /** What stands for a channel, behind either prefix: 40 characters. */
  static String key(String channel) {
    ByteBuf text = Unpooled.buffer();
    WireText.write(text, channel);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(text.array(), 0, text.readableBytes());
      return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}

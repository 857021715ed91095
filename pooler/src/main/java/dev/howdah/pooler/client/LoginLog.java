package dev.howdah.pooler.client;

import dev.howdah.pooler.tls.TlsChannel;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.startup.Replication;
import io.netty.channel.Channel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of logins, in the words of PgBouncer's. */
final class LoginLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);

  private LoginLog() {}

  static void attempt(ClientIdentity who, Channel channel) {
    String tls = TlsChannel.describe(channel);
    LOG.info(
        "{} login attempt: db={} user={} tls={} replication={}",
        who,
        who.startup().database(),
        who.startup().user(),
        tls.isEmpty() ? "no" : tls,
        who.startup().replication() == Replication.OFF
            ? "no"
            : who.startup().replication().name().toLowerCase(Locale.ROOT));
  }

  /**
   * A login was refused.
   *
   * @param who null if the client had not said it yet
   */
  static void failed(@Nullable ClientIdentity who, String address, ErrorFields error) {
    if (who == null) {
      LOG.warn("login from {} failed: {} ({})", address, error.message(), error.sqlState());
    } else {
      LOG.warn("{} login failed: {} ({})", who, error.message(), error.sqlState());
    }
  }
}

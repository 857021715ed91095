package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.Welcomes.Welcome;
import dev.howdah.pooler.server.ParameterReport;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.TransactionStatus;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client hears between its proof and its first query (docs: "Start-up").
 *
 * <p>{@code application_name} differs from client to client and PostgreSQL takes any value, so a
 * plain one is left out when asking whether a welcome is known, and put in again here.
 */
final class StartupReply {
  private static final int NAME_BYTES_MAX = 63; // NAMEDATALEN - 1, where PostgreSQL cuts

  private StartupReply() {}

  /** The settings that decide what a server reports. */
  static Settings keyOf(Settings settings) {
    return plainApplicationName(settings) == null
        ? settings
        : settings.without(ParameterReport.APPLICATION_NAME);
  }

  /** The session's settings, sharing what can be shared with other sessions. */
  static Settings join(Welcome known, Settings settings) {
    String name = plainApplicationName(settings);
    return name == null ? known.settings() : settings;
  }

  /** The application name if it is one that PostgreSQL keeps as it is. */
  private static @Nullable String plainApplicationName(Settings settings) {
    String name = settings.values().get(ParameterReport.APPLICATION_NAME);
    boolean plain =
        name != null
            && name.length() <= NAME_BYTES_MAX
            && name.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    return plain ? name : null;
  }

  /** Whether the session speaks protocol 3.2, where cancel keys may be long. */
  static boolean usesLongSecret(StartupMessage startup) {
    return startup.negotiatedVersion() >= StartupMessage.PROTOCOL_3_2;
  }

  /** The startup parameters of a replication connection: the client's own. */
  static Map<String, String> replicationParameters(StartupMessage startup, Settings settings) {
    Map<String, String> parameters = new LinkedHashMap<>(settings.values());
    String replication = startup.parameters().get("replication");
    if (replication != null) {
      parameters.put("replication", replication);
    }
    return parameters;
  }

  /** AuthenticationOk to ReadyForQuery. */
  static void write(ByteBuf out, ParameterReport report, Settings settings, CancelKeys.Key key) {
    String name = plainApplicationName(settings);
    new AuthenticationOk().encode(out);
    report.write(out, name == null ? report.applicationName() : name);
    new BackendKeyData(key.processId(), key.secret()).encode(out);
    new ReadyForQuery(TransactionStatus.IDLE).encode(out);
  }
}

package dev.howdah.wire.startup;

import dev.howdah.wire.field.FieldWriter;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session (docs: "Message Formats", StartupMessage).
 *
 * @param protocolVersion what the client asks for, {@code major << 16 | minor}; may be a minor
 *     version that does not exist yet
 * @param parameters all of them in the order sent, {@code user} and {@code _pq_.} options included;
 *     of a repeated name the last value, as in PostgreSQL
 */
public record StartupMessage(int protocolVersion, Map<String, String> parameters)
    implements InitialPacket {

  /** Protocol 3.0, PostgreSQL 7.4 and later. */
  public static final int PROTOCOL_3_0 = 3 << 16;

  /** Protocol 3.2, PostgreSQL 18 and later: long cancel secrets. */
  public static final int PROTOCOL_3_2 = 3 << 16 | 2;

  private static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

  public StartupMessage {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** The role to log in as; the decoder made sure that there is one. */
  public String user() {
    return parameters.getOrDefault("user", "");
  }

  /** The database asked for, or the user name when none is. */
  public String database() {
    String database = parameters.getOrDefault("database", "");
    return database.isEmpty() ? user() : database;
  }

  /** Whether this shall be a replication connection, and which. */
  public Replication replication() {
    return Replication.parse(parameters.get("replication"));
  }

  /** Names of the {@code _pq_.} options; the protocol reserves the prefix and defines none yet. */
  public List<String> unrecognizedOptions() {
    return parameters.keySet().stream().filter(n -> n.startsWith(PROTOCOL_OPTION_PREFIX)).toList();
  }

  /**
   * The version that the session will speak: 3.2 for clients that ask for it or anything newer,
   * otherwise 3.0. Version 3.1 does not exist; it was skipped because old poolers claimed it.
   */
  public int negotiatedVersion() {
    return Short.toUnsignedInt((short) protocolVersion) >= 2 ? PROTOCOL_3_2 : PROTOCOL_3_0;
  }

  /**
   * What to answer before authentication, or null when the client gets exactly what it asked for.
   * PostgreSQL 18 would take 3.1 silently and then speak 3.0; we say so, which costs nobody.
   */
  public @Nullable NegotiateProtocolVersion negotiation() {
    int version = negotiatedVersion();
    List<String> options = unrecognizedOptions();
    return version == protocolVersion && options.isEmpty()
        ? null
        : new NegotiateProtocolVersion(version, options);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = out.writerIndex();
    boolean complete = false;
    try {
      out.writeInt(0).writeInt(protocolVersion);
      for (Map.Entry<String, String> parameter : parameters.entrySet()) {
        if (parameter.getKey().isEmpty()) {
          throw new IllegalArgumentException("an empty name would end the packet");
        }
        FieldWriter.string(out, parameter.getKey());
        FieldWriter.string(out, parameter.getValue());
      }
      out.writeByte(0).setInt(start, out.writerIndex() - start);
      complete = true;
    } finally {
      if (!complete) {
        out.writerIndex(start);
      }
    }
  }
}

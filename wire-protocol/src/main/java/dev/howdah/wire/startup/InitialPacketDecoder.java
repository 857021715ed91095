package dev.howdah.wire.startup;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.InitialPacket.GssEncRequest;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first packet of a connection by PostgreSQL's own rules (its {@code
 * ProcessStartupPacket}). Strangers talk to this code, so it holds nothing between calls and looks
 * at the length before it waits for the rest.
 */
public final class InitialPacketDecoder {
  /** PostgreSQL's limit, MAX_STARTUP_PACKET_LENGTH, which does not count the length itself. */
  public static final int MAX_BYTES = 10_004;

  private static final int HEADER_BYTES = 8;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int MAJOR = 3;

  private InitialPacketDecoder() {}

  /**
   * Whether the client starts TLS without asking (direct TLS, PostgreSQL 17 and later). Cannot be
   * mistaken: as a length the byte would announce hundreds of megabytes.
   *
   * @param in only looked at
   */
  public static boolean startsTls(ByteBuf in) {
    return in.isReadable() && in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
  }

  /**
   * Reads one packet if it is complete. Bytes after it are left alone: after SslRequest and
   * GssEncRequest the caller must refuse them, since they were not encrypted and may be injected.
   *
   * @param in consumed only when a packet is returned; never released
   * @param maxBytes limit for the whole packet, length included
   * @return null when more bytes are needed
   * @throws ProtocolViolation if the packet is malformed
   * @throws PoolerException 0A000 for another major version, 28000 without a user name, 22023 for a
   *     replication parameter that is neither boolean nor {@code database}; all FATAL
   */
  public static @Nullable InitialPacket decode(ByteBuf in, int maxBytes) {
    if (in.readableBytes() < Integer.BYTES) {
      return null;
    }
    int length = in.getInt(in.readerIndex());
    if (length < HEADER_BYTES || length > maxBytes) {
      throw invalidLength();
    }
    if (in.readableBytes() < length) {
      return null;
    }
    ByteBuf packet = in.readSlice(length).skipBytes(Integer.BYTES);
    int code = packet.readInt();
    return switch (code) {
      case SslRequest.CODE -> withoutBody(packet, new SslRequest());
      case GssEncRequest.CODE -> withoutBody(packet, new GssEncRequest());
      case CancelRequest.CODE -> cancelRequest(packet);
      default -> startupMessage(code, packet);
    };
  }

  private static InitialPacket withoutBody(ByteBuf packet, InitialPacket request) {
    if (packet.isReadable()) {
      throw invalidLength();
    }
    return request;
  }

  private static CancelRequest cancelRequest(ByteBuf packet) {
    int secretBytes = packet.readableBytes() - Integer.BYTES;
    if (!CancelSecret.isValidLength(secretBytes)) {
      throw invalidLength();
    }
    var in = new FieldReader("CancelRequest", packet);
    return new CancelRequest(in.int32(), new CancelSecret(in.rest()));
  }

  private static StartupMessage startupMessage(int version, ByteBuf packet) {
    if (version >>> 16 != MAJOR) {
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.FEATURE_NOT_SUPPORTED,
              "unsupported frontend protocol %d.%d: server supports 3.0 to 3.2"
                  .formatted(version >>> 16, version & 0xFFFF)));
    }
    if (!packet.isReadable() || packet.getByte(packet.writerIndex() - 1) != 0) {
      throw invalidLayout();
    }
    // The packet ends in NUL, hence every string in it ends too.
    var in = new FieldReader("startup", packet);
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String name = in.string(); !name.isEmpty(); name = in.string()) {
      if (packet.readableBytes() < 2) { // a value and the terminator
        throw invalidLayout();
      }
      parameters.put(name, in.string());
      if (!in.hasMore()) {
        throw invalidLayout();
      }
    }
    if (in.hasMore()) {
      throw invalidLayout();
    }
    var message = new StartupMessage(version, parameters);
    checkParameters(message);
    return message;
  }

  private static void checkParameters(StartupMessage message) {
    Replication.parse(message.parameters().get("replication"));
    if (message.user().isEmpty()) {
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "no PostgreSQL user name specified in startup packet"));
    }
  }

  private static ProtocolViolation invalidLength() {
    return new ProtocolViolation("invalid length of startup packet");
  }

  private static ProtocolViolation invalidLayout() {
    return new ProtocolViolation("invalid startup packet layout: expected terminator as last byte");
  }
}

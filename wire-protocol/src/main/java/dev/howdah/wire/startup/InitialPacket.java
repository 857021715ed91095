package dev.howdah.wire.startup;

import dev.howdah.wire.message.CancelSecret;
import io.netty.buffer.ByteBuf;

/**
 * What a client may send before anything else. These packets have no type byte: an Int32 length and
 * an Int32 that is either a protocol version or one of the request codes (docs: "Message Formats").
 */
public sealed interface InitialPacket
    permits StartupMessage,
        InitialPacket.SslRequest,
        InitialPacket.GssEncRequest,
        InitialPacket.CancelRequest {

  /** Appends the whole packet, length included. */
  void encode(ByteBuf out);

  /** Asks for TLS; answered by the single byte 'S' or 'N'. */
  record SslRequest() implements InitialPacket {
    static final int CODE = 80877103;

    @Override
    public void encode(ByteBuf out) {
      out.writeInt(8).writeInt(CODE);
    }
  }

  /** Asks for GSSAPI encryption; answered by the single byte 'G' or 'N'. */
  record GssEncRequest() implements InitialPacket {
    static final int CODE = 80877104;

    @Override
    public void encode(ByteBuf out) {
      out.writeInt(8).writeInt(CODE);
    }
  }

  /**
   * Asks to cancel what the connection with this key is doing; never answered (docs: "Canceling
   * Requests in Progress").
   *
   * @param secret 4 bytes for a protocol 3.0 connection, up to 256 for 3.2
   */
  record CancelRequest(int processId, CancelSecret secret) implements InitialPacket {
    static final int CODE = 80877102;
    static final int BYTES_BEFORE_SECRET = 12;

    @Override
    public void encode(ByteBuf out) {
      out.writeInt(BYTES_BEFORE_SECRET + secret.length()).writeInt(CODE).writeInt(processId);
      secret.writeTo(out);
    }
  }
}

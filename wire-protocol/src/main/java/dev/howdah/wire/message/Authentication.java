package dev.howdah.wire.message;

import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.field.FieldWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The messages of type 'R': how the server wants to be convinced, and that it is. */
public sealed interface Authentication extends BackendMessage {

  /** The Int32 at the start of the body that tells these messages apart. */
  int code();

  /** Appends what follows the code. */
  default void encodeData(ByteBuf out) {}

  @Override
  default byte type() {
    return BackendType.AUTHENTICATION;
  }

  @Override
  default void encodeBody(ByteBuf out) {
    out.writeInt(code());
    encodeData(out);
  }

  /**
   * Reads a body of type 'R' to its end; does not release it.
   *
   * @throws ProtocolViolation if the request is unknown or malformed
   */
  static Authentication decode(ByteBuf body) {
    var in = new FieldReader("Authentication", body);
    int code = in.int32();
    Authentication message =
        switch (code) {
          case 0 -> new AuthenticationOk();
          case 2 -> new AuthenticationKerberosV5();
          case 3 -> new AuthenticationCleartextPassword();
          case 5 -> new AuthenticationMD5Password(in.bytes(AuthenticationMD5Password.SALT_BYTES));
          case 7 -> new AuthenticationGSS();
          case 8 -> new AuthenticationGSSContinue(in.rest());
          case 9 -> new AuthenticationSSPI();
          case 10 -> AuthenticationSASL.decode(in);
          case 11 -> new AuthenticationSASLContinue(in.rest());
          case 12 -> new AuthenticationSASLFinal(in.rest());
          default -> throw new ProtocolViolation("unknown authentication request " + code);
        };
    in.end();
    return message;
  }

  /** The client is in. */
  record AuthenticationOk() implements Authentication {
    @Override
    public int code() {
      return 0;
    }
  }

  /** Kerberos V5, which no supported server asks for any more. */
  record AuthenticationKerberosV5() implements Authentication {
    @Override
    public int code() {
      return 2;
    }
  }

  /** Asks for the password itself. */
  record AuthenticationCleartextPassword() implements Authentication {
    @Override
    public int code() {
      return 3;
    }
  }

  /** Asks for an MD5 answer to this salt of four bytes. */
  record AuthenticationMD5Password(Bytes salt) implements Authentication {
    static final int SALT_BYTES = 4;

    public AuthenticationMD5Password {
      if (salt.length() != SALT_BYTES) {
        throw new IllegalArgumentException("an MD5 salt has four bytes");
      }
    }

    @Override
    public int code() {
      return 5;
    }

    @Override
    public void encodeData(ByteBuf out) {
      salt.writeTo(out);
    }
  }

  /** Asks for GSSAPI. */
  record AuthenticationGSS() implements Authentication {
    @Override
    public int code() {
      return 7;
    }
  }

  /** A token for GSSAPI or SSPI. */
  record AuthenticationGSSContinue(Bytes data) implements Authentication {
    @Override
    public int code() {
      return 8;
    }

    @Override
    public void encodeData(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** Asks for SSPI. */
  record AuthenticationSSPI() implements Authentication {
    @Override
    public int code() {
      return 9;
    }
  }

  /** Asks for SASL and offers these mechanisms, best first. */
  record AuthenticationSASL(List<String> mechanisms) implements Authentication {
    public AuthenticationSASL {
      mechanisms = List.copyOf(mechanisms);
    }

    private static AuthenticationSASL decode(FieldReader in) {
      List<String> mechanisms = new ArrayList<>();
      for (String name = in.string(); !name.isEmpty(); name = in.string()) {
        mechanisms.add(name);
      }
      return new AuthenticationSASL(mechanisms);
    }

    @Override
    public int code() {
      return 10;
    }

    @Override
    public void encodeData(ByteBuf out) {
      for (String mechanism : mechanisms) {
        FieldWriter.string(out, mechanism);
      }
      out.writeByte(0);
    }
  }

  /** A SASL challenge. */
  record AuthenticationSASLContinue(Bytes data) implements Authentication {
    @Override
    public int code() {
      return 11;
    }

    @Override
    public void encodeData(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** The last word of SASL; for SCRAM the server's signature. */
  record AuthenticationSASLFinal(Bytes data) implements Authentication {
    @Override
    public int code() {
      return 12;
    }

    @Override
    public void encodeData(ByteBuf out) {
      data.writeTo(out);
    }
  }
}

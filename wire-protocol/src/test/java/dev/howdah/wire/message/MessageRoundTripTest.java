package dev.howdah.wire.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.message.FrontendMessage.GSSResponse;
import dev.howdah.wire.message.FrontendMessage.PasswordMessage;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MessageRoundTripTest {

  @Property(tries = 2_000)
  void a_frontend_message_survives_encoding(@ForAll("frontend") FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();

    message.encode(out);

    assertThat(FrontendMessage.decode(out.readByte(), bodyOf(out))).isEqualTo(message);
    assertThat(out.isReadable()).isFalse();
  }

  @Property
  void a_password_message_survives_encoding(@ForAll("password") FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();

    message.encode(out);

    assertThat(out.readByte()).isEqualTo((byte) 'p');
    assertThat(decodeAs(message, bodyOf(out))).isEqualTo(message);
  }

  @Property(tries = 2_000)
  void a_backend_message_survives_encoding(@ForAll("backend") BackendMessage message) {
    ByteBuf out = Unpooled.buffer();

    message.encode(out);

    assertThat(BackendMessage.decode(out.readByte(), bodyOf(out))).isEqualTo(message);
    assertThat(out.isReadable()).isFalse();
  }

  @Property(tries = 2_000)
  void random_bytes_are_read_faithfully_or_refused(@ForAll byte type, @ForAll byte[] body) {
    readFaithfullyOrRefuse(body, in -> FrontendMessage.decode(type, in), this::frontendBody);
    readFaithfullyOrRefuse(body, in -> BackendMessage.decode(type, in), this::backendBody);
  }

  @Property(tries = 2_000)
  void damaged_frontend_messages_are_read_faithfully_or_refused(
      @ForAll("frontend") FrontendMessage message, @ForAll int where, @ForAll byte what) {
    byte[] body = damaged(frontendBody(message), where, what);

    readFaithfullyOrRefuse(
        body, in -> FrontendMessage.decode(message.type(), in), this::frontendBody);
  }

  @Property(tries = 2_000)
  void damaged_backend_messages_are_read_faithfully_or_refused(
      @ForAll("backend") BackendMessage message, @ForAll int where, @ForAll byte what) {
    byte[] body = damaged(backendBody(message), where, what);

    readFaithfullyOrRefuse(
        body, in -> BackendMessage.decode(message.type(), in), this::backendBody);
  }

  @Property
  void random_password_messages_are_read_faithfully_or_refused(@ForAll byte[] body) {
    readFaithfullyOrRefuse(body, PasswordMessage::decode, this::frontendBody);
    readFaithfullyOrRefuse(body, SASLInitialResponse::decode, this::frontendBody);
    readFaithfullyOrRefuse(body, SASLResponse::decode, this::frontendBody);
    readFaithfullyOrRefuse(body, GSSResponse::decode, this::frontendBody);
  }

  @Provide
  Arbitrary<FrontendMessage> frontend() {
    return MessageArbitraries.frontend();
  }

  @Provide
  Arbitrary<FrontendMessage> password() {
    return MessageArbitraries.password();
  }

  @Provide
  Arbitrary<BackendMessage> backend() {
    return MessageArbitraries.backend();
  }

  /** Any other exception, or a message that encodes to other bytes, fails the test. */
  private static <M> void readFaithfullyOrRefuse(
      byte[] body, Function<ByteBuf, M> decode, Function<M, byte[]> encode) {
    M message;
    try {
      message = decode.apply(Unpooled.wrappedBuffer(body));
    } catch (ProtocolViolation refused) {
      return;
    }
    assertThat(encode.apply(message)).isEqualTo(body);
  }

  /** Cuts, extends or changes the body at a random place. */
  private static byte[] damaged(byte[] body, int where, byte what) {
    int at = Math.floorMod(where, body.length + 1);
    if (at == body.length) {
      byte[] longer = Arrays.copyOf(body, body.length + 1);
      longer[body.length] = what;
      return longer;
    }
    if (where < 0) {
      return Arrays.copyOf(body, at);
    }
    byte[] changed = body.clone();
    changed[at] = what;
    return changed;
  }

  private byte[] frontendBody(FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encodeBody(out);
    return ByteBufUtil.getBytes(out);
  }

  private byte[] backendBody(BackendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encodeBody(out);
    return ByteBufUtil.getBytes(out);
  }

  private static ByteBuf bodyOf(ByteBuf afterType) {
    return afterType.readSlice(afterType.readInt() - 4);
  }

  private static FrontendMessage decodeAs(FrontendMessage like, ByteBuf body) {
    return switch (like) {
      case PasswordMessage _ -> PasswordMessage.decode(body);
      case SASLInitialResponse _ -> SASLInitialResponse.decode(body);
      case SASLResponse _ -> SASLResponse.decode(body);
      case GSSResponse _ -> GSSResponse.decode(body);
      default -> throw new IllegalArgumentException("not of type 'p': " + like);
    };
  }
}

package dev.howdah.wire.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Close;
import dev.howdah.wire.message.FrontendMessage.CopyData;
import dev.howdah.wire.message.FrontendMessage.CopyDone;
import dev.howdah.wire.message.FrontendMessage.CopyFail;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Flush;
import dev.howdah.wire.message.FrontendMessage.FunctionCall;
import dev.howdah.wire.message.FrontendMessage.GSSResponse;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.PasswordMessage;
import dev.howdah.wire.message.FrontendMessage.Query;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import dev.howdah.wire.message.FrontendMessage.Sync;
import dev.howdah.wire.message.FrontendMessage.Terminate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrontendMessageTest {

  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of(
            new Bind("p", "s", List.of(0, 1), Arrays.asList(bytes("42"), null), List.of(1)),
            "B\0\0\0\36p\0s\0\0\2\0\0\0\1\0\2\0\0\0\00242\377\377\377\377\0\1\0\1"),
        Arguments.of(new Close(Target.STATEMENT, "s"), "C\0\0\0\7Ss\0"),
        Arguments.of(new CopyData(bytes("a\tb\n")), "d\0\0\0\10a\tb\n"),
        Arguments.of(new CopyDone(), "c\0\0\0\4"),
        Arguments.of(new CopyFail("no"), "f\0\0\0\7no\0"),
        Arguments.of(new Describe(Target.PORTAL, ""), "D\0\0\0\6P\0"),
        Arguments.of(new Execute("", 100), "E\0\0\0\11\0\0\0\0d"),
        Arguments.of(new Flush(), "H\0\0\0\4"),
        Arguments.of(
            new FunctionCall(2, List.of(), List.of(bytes("x")), 1),
            "F\0\0\0\23\0\0\0\2\0\0\0\1\0\0\0\1x\0\1"),
        Arguments.of(
            new Parse("s", "SELECT $1", List.of(23)), "P\0\0\0\26s\0SELECT $1\0\0\1\0\0\0\27"),
        Arguments.of(new PasswordMessage("pw"), "p\0\0\0\7pw\0"),
        Arguments.of(
            new SASLInitialResponse("SCRAM-SHA-256", bytes("n,,")),
            "p\0\0\0\31SCRAM-SHA-256\0\0\0\0\3n,,"),
        Arguments.of(new SASLInitialResponse("X", null), "p\0\0\0\12X\0\377\377\377\377"),
        Arguments.of(new SASLResponse(bytes("c=")), "p\0\0\0\6c="),
        Arguments.of(new GSSResponse(bytes("t")), "p\0\0\0\5t"),
        Arguments.of(new Query("SELECT 1"), "Q\0\0\0\15SELECT 1\0"),
        Arguments.of(new Sync(), "S\0\0\0\4"),
        Arguments.of(new Terminate(), "X\0\0\0\4"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void a_message_has_the_bytes_that_the_documentation_says(FrontendMessage message, String wire) {
    ByteBuf out = Unpooled.buffer();

    message.encode(out);

    assertThat(out.toString(ISO_8859_1)).isEqualTo(wire);
  }

  @Test
  void sql_that_is_not_utf8_keeps_its_bytes() {
    ByteBuf latin1 = wrap("SELECT 'caf\351'\0");

    FrontendMessage message = FrontendMessage.decode((byte) 'Q', latin1);
    ByteBuf out = Unpooled.buffer();
    message.encodeBody(out);

    assertThat(out.toString(ISO_8859_1)).isEqualTo("SELECT 'caf\351'\0");
  }

  @Test
  void a_string_with_a_nul_is_not_written_and_leaves_no_trace() {
    ByteBuf out = Unpooled.buffer().writeByte(7);

    assertThatThrownBy(() -> new Query("SELECT 1\0; DROP").encode(out))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(out.readableBytes()).isEqualTo(1);
  }

  @Test
  void trailing_bytes_are_refused() {
    assertThatThrownBy(() -> FrontendMessage.decode((byte) 'S', wrap("x")))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("trailing bytes in Sync message");
  }

  @Test
  void type_p_is_refused_where_no_password_is_expected() {
    assertThatThrownBy(() -> FrontendMessage.decode((byte) 'p', wrap("secret\0")))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_negative_parameter_length_other_than_null_is_refused() {
    String body = "\0\0\0\0\0\1\377\377\377\376\0\0";

    assertThatThrownBy(() -> FrontendMessage.decode((byte) 'B', wrap(body)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("negative length in Bind message");
  }

  @Test
  void secrets_and_values_are_not_printed() {
    assertThat(new PasswordMessage("hunter2").toString()).doesNotContain("hunter2");
    assertThat(new SASLResponse(bytes("hunter2")).toString()).doesNotContain("hunter2");
    assertThat(CancelSecret.random(new SecureRandom(), 32).toString())
        .isEqualTo("CancelSecret[redacted]");
  }

  private static Bytes bytes(String latin1) {
    return Bytes.copyOf(latin1.getBytes(ISO_8859_1));
  }

  private static ByteBuf wrap(String latin1) {
    return Unpooled.wrappedBuffer(latin1.getBytes(ISO_8859_1));
  }
}

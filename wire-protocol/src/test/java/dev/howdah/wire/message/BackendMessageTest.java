package dev.howdah.wire.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication.AuthenticationCleartextPassword;
import dev.howdah.wire.message.Authentication.AuthenticationGSS;
import dev.howdah.wire.message.Authentication.AuthenticationGSSContinue;
import dev.howdah.wire.message.Authentication.AuthenticationKerberosV5;
import dev.howdah.wire.message.Authentication.AuthenticationMD5Password;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.Authentication.AuthenticationSASL;
import dev.howdah.wire.message.Authentication.AuthenticationSASLContinue;
import dev.howdah.wire.message.Authentication.AuthenticationSASLFinal;
import dev.howdah.wire.message.Authentication.AuthenticationSSPI;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.CopyBothResponse;
import dev.howdah.wire.message.BackendMessage.CopyData;
import dev.howdah.wire.message.BackendMessage.CopyDone;
import dev.howdah.wire.message.BackendMessage.CopyInResponse;
import dev.howdah.wire.message.BackendMessage.CopyOutResponse;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.EmptyQueryResponse;
import dev.howdah.wire.message.BackendMessage.ErrorResponse;
import dev.howdah.wire.message.BackendMessage.FunctionCallResponse;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.BackendMessage.NoticeResponse;
import dev.howdah.wire.message.BackendMessage.NotificationResponse;
import dev.howdah.wire.message.BackendMessage.ParameterDescription;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import dev.howdah.wire.message.BackendMessage.PortalSuspended;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BackendMessageTest {

  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of(new AuthenticationOk(), "R\0\0\0\10\0\0\0\0"),
        Arguments.of(new AuthenticationKerberosV5(), "R\0\0\0\10\0\0\0\2"),
        Arguments.of(new AuthenticationCleartextPassword(), "R\0\0\0\10\0\0\0\3"),
        Arguments.of(new AuthenticationMD5Password(bytes("salt")), "R\0\0\0\14\0\0\0\5salt"),
        Arguments.of(new AuthenticationGSS(), "R\0\0\0\10\0\0\0\7"),
        Arguments.of(new AuthenticationGSSContinue(bytes("t")), "R\0\0\0\11\0\0\0\10t"),
        Arguments.of(new AuthenticationSSPI(), "R\0\0\0\10\0\0\0\11"),
        Arguments.of(
            new AuthenticationSASL(List.of("SCRAM-SHA-256")),
            "R\0\0\0\27\0\0\0\12SCRAM-SHA-256\0\0"),
        Arguments.of(new AuthenticationSASLContinue(bytes("r=")), "R\0\0\0\12\0\0\0\13r="),
        Arguments.of(new AuthenticationSASLFinal(bytes("v=")), "R\0\0\0\12\0\0\0\14v="),
        Arguments.of(
            new BackendKeyData(258, new CancelSecret(bytes("abcd"))), "K\0\0\0\14\0\0\1\2abcd"),
        Arguments.of(new BindComplete(), "2\0\0\0\4"),
        Arguments.of(new CloseComplete(), "3\0\0\0\4"),
        Arguments.of(new CommandComplete("INSERT 0 1"), "C\0\0\0\17INSERT 0 1\0"),
        Arguments.of(new CopyBothResponse((byte) 0, List.of()), "W\0\0\0\7\0\0\0"),
        Arguments.of(new CopyData(bytes("row\n")), "d\0\0\0\10row\n"),
        Arguments.of(new CopyDone(), "c\0\0\0\4"),
        Arguments.of(new CopyInResponse((byte) 1, List.of(1, 1)), "G\0\0\0\13\1\0\2\0\1\0\1"),
        Arguments.of(new CopyOutResponse((byte) 0, List.of(0)), "H\0\0\0\11\0\0\1\0\0"),
        Arguments.of(
            new DataRow(Arrays.asList(bytes("1"), null, Bytes.EMPTY)),
            "D\0\0\0\23\0\3\0\0\0\0011\377\377\377\377\0\0\0\0"),
        Arguments.of(new EmptyQueryResponse(), "I\0\0\0\4"),
        Arguments.of(
            new ErrorResponse(List.of(new ErrorField((byte) 'C', "57P01"))),
            "E\0\0\0\14C57P01\0\0"),
        Arguments.of(new FunctionCallResponse(bytes("7")), "V\0\0\0\11\0\0\0\0017"),
        Arguments.of(new FunctionCallResponse(null), "V\0\0\0\10\377\377\377\377"),
        Arguments.of(
            new NegotiateProtocolVersion(3 << 16 | 2, List.of("_pq_.x")),
            "v\0\0\0\23\0\3\0\2\0\0\0\1_pq_.x\0"),
        Arguments.of(new NoData(), "n\0\0\0\4"),
        Arguments.of(
            new NoticeResponse(List.of(new ErrorField((byte) 'M', "hm"))), "N\0\0\0\11Mhm\0\0"),
        Arguments.of(new NotificationResponse(9, "ch", "p"), "A\0\0\0\15\0\0\0\11ch\0p\0"),
        Arguments.of(new ParameterDescription(List.of(23)), "t\0\0\0\12\0\1\0\0\0\27"),
        Arguments.of(new ParameterStatus("a", "b"), "S\0\0\0\10a\0b\0"),
        Arguments.of(new ParseComplete(), "1\0\0\0\4"),
        Arguments.of(new PortalSuspended(), "s\0\0\0\4"),
        Arguments.of(new ReadyForQuery(TransactionStatus.FAILED), "Z\0\0\0\5E"),
        Arguments.of(
            RowDescription.ofText(List.of("n")),
            "T\0\0\0\32\0\1n\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void a_message_has_the_bytes_that_the_documentation_says(BackendMessage message, String wire) {
    ByteBuf out = Unpooled.buffer();

    message.encode(out);

    assertThat(out.toString(ISO_8859_1)).isEqualTo(wire);
  }

  @Test
  void an_error_response_is_summed_up() {
    var fields = ErrorFields.fatal(SqlState.ADMIN_SHUTDOWN, "bye").withHint("Reconnect.");
    ByteBuf out = Unpooled.buffer();
    fields.encodeError(out);
    out.skipBytes(5);

    var response = (ErrorResponse) BackendMessage.decode(BackendType.ERROR_RESPONSE, out);

    assertThat(response.summary()).isEqualTo(fields);
  }

  @Test
  void a_cancel_secret_longer_than_256_bytes_is_refused() {
    ByteBuf body = Unpooled.wrappedBuffer(new byte[4 + 257]);

    assertThatThrownBy(() -> BackendMessage.decode(BackendType.BACKEND_KEY_DATA, body))
        .isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void an_impossible_count_is_refused() {
    ByteBuf body = Unpooled.buffer().writeShort(0xFFFF).writeInt(-1);

    assertThatThrownBy(() -> BackendMessage.decode(BackendType.DATA_ROW, body))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("impossible count in backend 'D' message");
  }

  private static Bytes bytes(String latin1) {
    return Bytes.copyOf(latin1.getBytes(ISO_8859_1));
  }
}

package dev.howdah.wire.message;

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
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Close;
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
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every message there is, with any content. */
final class MessageArbitraries {
  private MessageArbitraries() {}

  static Arbitrary<FrontendMessage> frontend() {
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(texts(), texts(), int16s(), values(), int16s()).as(Bind::new),
            Combinators.combine(Arbitraries.of(Target.class), texts()).as(Close::new),
            bytes().map(FrontendMessage.CopyData::new),
            Arbitraries.just(new FrontendMessage.CopyDone()),
            texts().map(CopyFail::new),
            Combinators.combine(Arbitraries.of(Target.class), texts()).as(Describe::new),
            Combinators.combine(texts(), Arbitraries.integers()).as(Execute::new),
            Arbitraries.just(new Flush()),
            Combinators.combine(Arbitraries.integers(), int16s(), values(), int16())
                .as(FunctionCall::new),
            Combinators.combine(texts(), texts(), int32s()).as(Parse::new),
            texts().map(Query::new),
            Arbitraries.just(new Sync()),
            Arbitraries.just(new Terminate())));
  }

  /** The messages of type 'p', which share one type and have a decoder each. */
  static Arbitrary<FrontendMessage> password() {
    return Arbitraries.oneOf(
        List.of(
            texts().map(PasswordMessage::new),
            Combinators.combine(texts(), bytes().injectNull(0.2)).as(SASLInitialResponse::new),
            bytes().map(SASLResponse::new),
            bytes().map(GSSResponse::new)));
  }

  static Arbitrary<BackendMessage> backend() {
    return Arbitraries.oneOf(
        List.of(
            authentication(),
            emptyBackend(),
            Combinators.combine(Arbitraries.integers(), secrets()).as(BackendKeyData::new),
            texts().map(CommandComplete::new),
            Combinators.combine(Arbitraries.bytes(), int16s()).as(CopyBothResponse::new),
            bytes().map(BackendMessage.CopyData::new),
            Combinators.combine(Arbitraries.bytes(), int16s()).as(CopyInResponse::new),
            Combinators.combine(Arbitraries.bytes(), int16s()).as(CopyOutResponse::new),
            values().map(DataRow::new),
            errorFields().map(ErrorResponse::new),
            bytes().injectNull(0.2).map(FunctionCallResponse::new),
            Combinators.combine(Arbitraries.integers(), texts().list().ofMaxSize(4))
                .as(NegotiateProtocolVersion::new),
            errorFields().map(NoticeResponse::new),
            Combinators.combine(Arbitraries.integers(), texts(), texts())
                .as(NotificationResponse::new),
            int32s().map(ParameterDescription::new),
            Combinators.combine(texts(), texts()).as(ParameterStatus::new),
            Arbitraries.of(TransactionStatus.class).map(ReadyForQuery::new),
            fields().list().ofMaxSize(5).map(RowDescription::new)));
  }

  private static Arbitrary<BackendMessage> emptyBackend() {
    return Arbitraries.of(
        new BindComplete(),
        new CloseComplete(),
        new BackendMessage.CopyDone(),
        new EmptyQueryResponse(),
        new NoData(),
        new ParseComplete(),
        new PortalSuspended());
  }

  private static Arbitrary<Authentication> authentication() {
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.of(
                new AuthenticationOk(),
                new AuthenticationKerberosV5(),
                new AuthenticationCleartextPassword(),
                new AuthenticationGSS(),
                new AuthenticationSSPI()),
            bytesOf(4, 4).map(AuthenticationMD5Password::new),
            bytes().map(AuthenticationGSSContinue::new),
            texts()
                .filter(name -> !name.isEmpty())
                .list()
                .ofMaxSize(3)
                .map(AuthenticationSASL::new),
            bytes().map(AuthenticationSASLContinue::new),
            bytes().map(AuthenticationSASLFinal::new)));
  }

  private static Arbitrary<RowDescription.Field> fields() {
    return Combinators.combine(
            texts(),
            Arbitraries.integers(),
            Arbitraries.shorts(),
            Arbitraries.integers(),
            Arbitraries.shorts(),
            Arbitraries.integers(),
            Arbitraries.shorts())
        .as(RowDescription.Field::new);
  }

  private static Arbitrary<List<ErrorField>> errorFields() {
    Arbitrary<Byte> codes = Arbitraries.bytes().filter(code -> code != 0);
    return Combinators.combine(codes, texts()).as(ErrorField::new).list().ofMaxSize(6);
  }

  private static Arbitrary<CancelSecret> secrets() {
    return bytesOf(4, 256).map(CancelSecret::new);
  }

  private static Arbitrary<List<Bytes>> values() {
    return bytes().injectNull(0.2).list().ofMaxSize(5);
  }

  private static Arbitrary<Integer> int16() {
    return Arbitraries.integers().between(Short.MIN_VALUE, Short.MAX_VALUE);
  }

  private static Arbitrary<List<Integer>> int16s() {
    return int16().list().ofMaxSize(5);
  }

  private static Arbitrary<List<Integer>> int32s() {
    return Arbitraries.integers().list().ofMaxSize(5);
  }

  private static Arbitrary<Bytes> bytes() {
    return bytesOf(0, 40);
  }

  private static Arbitrary<Bytes> bytesOf(int min, int max) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max).map(Bytes::copyOf);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings().withCharRange('\1', '\uD7FF').ofMaxLength(20);
  }
}

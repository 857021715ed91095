package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthType;
import dev.howdah.wire.auth.Md5Password;
import dev.howdah.wire.auth.Scram;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.auth.ScramServerExchange;
import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.Authentication.AuthenticationCleartextPassword;
import dev.howdah.wire.message.Authentication.AuthenticationMD5Password;
import dev.howdah.wire.message.Authentication.AuthenticationSASL;
import dev.howdah.wire.message.Authentication.AuthenticationSASLContinue;
import dev.howdah.wire.message.Authentication.AuthenticationSASLFinal;
import dev.howdah.wire.message.FrontendMessage.PasswordMessage;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One client's proof of who it is, as a dialogue: what to ask first, and what to make of each
 * answer. An unknown user is asked exactly as a known one and fails exactly as with a wrong
 * password.
 */
final class Authenticator {
  private static final int MD5_SALT_BYTES = 4;

  private final AuthType type;
  private final KnownUser user;
  private final UserSecrets secrets;
  private final SecureRandom random;
  private final byte @Nullable [] channelBinding;
  private final byte[] salt = new byte[MD5_SALT_BYTES];
  private @Nullable ScramServerExchange scram;
  private boolean scramStarted;
  private @Nullable ScramKeys learntKeys;

  /** What to do next. */
  sealed interface Step {
    /** Ask this, and wait for an answer. */
    record Ask(Authentication question) implements Step {}

    /** The client is who it says; {@code last} is sent before AuthenticationOk, if there is one. */
    record Accept(@Nullable Authentication last) implements Step {}
  }

  /**
   * A dialogue that has not begun.
   *
   * @param channelBinding what a SCRAM login can be bound to, from {@code
   *     ClientTls.channelBinding}; null when the connection is not encrypted
   */
  Authenticator(
      AuthType type,
      KnownUser user,
      UserSecrets secrets,
      SecureRandom random,
      byte @Nullable [] channelBinding) {
    this.channelBinding = channelBinding == null ? null : channelBinding.clone();
    this.type = type;
    this.user = user;
    this.secrets = secrets;
    this.random = random;
  }

  /**
   * The first step.
   *
   * @return may complete on another thread, when a SCRAM verifier has to be derived
   */
  CompletionStage<Step> start() {
    return switch (type) {
      case ANY -> CompletableFuture.completedFuture(new Step.Accept(null));
      case TRUST -> {
        if (!user.exists()) {
          throw refused();
        }
        yield CompletableFuture.completedFuture(new Step.Accept(null));
      }
      case PLAIN -> ask(new AuthenticationCleartextPassword());
      case MD5 -> secrets.prefersScram(user) ? startScram() : startMd5();
      case SCRAM_SHA_256 -> startScram();
      case CERT, PEER, HBA ->
          // What these go by is known to the connection, not to a dialogue: fail closed.
          throw PoolerException.of(
              ErrorFields.fatal(
                  SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                  "authentication method \"%s\" cannot be carried out for user \"%s\""
                      .formatted(type.word(), user.name())));
    };
  }

  private static CompletionStage<Step> ask(Authentication question) {
    return CompletableFuture.completedFuture(new Step.Ask(question));
  }

  private CompletionStage<Step> startMd5() {
    random.nextBytes(salt);
    return ask(new AuthenticationMD5Password(Bytes.copyOf(salt)));
  }

  private CompletionStage<Step> startScram() {
    return secrets
        .verifier(user)
        .thenApply(verifier -> {
          scram = new ScramServerExchange(user.name(), verifier, channelBinding);
          return new Step.Ask(
              new AuthenticationSASL(
                  channelBinding == null
                      ? List.of(Scram.MECHANISM)
                      : List.of(Scram.MECHANISM_PLUS, Scram.MECHANISM)));
        });
  }

  /**
   * What a password message means for the dialogue.
   *
   * @param body of the message with type p
   * @return may complete on another thread, when a plain password is checked against a verifier
   * @throws PoolerException 28P01 if the client is not who it says, 08P01 if it does not make sense
   */
  CompletionStage<Step> onAnswer(ByteBuf body) {
    ScramServerExchange exchange = scram;
    if (exchange != null) {
      return CompletableFuture.completedFuture(onScramAnswer(exchange, body));
    }
    String answer = PasswordMessage.decode(body).password();
    return type == AuthType.PLAIN
        ? checkPlain(answer)
        : CompletableFuture.completedFuture(acceptIf(isMd5Answer(answer)));
  }

  private Step onScramAnswer(ScramServerExchange exchange, ByteBuf body) {
    if (!scramStarted) {
      scramStarted = true;
      SASLInitialResponse first = SASLInitialResponse.decode(body);
      Bytes data = first.data();
      if (data == null) {
        throw new ProtocolViolation("SASL initial response without data is not supported");
      }
      byte[] reply = exchange.clientFirst(first.mechanism(), data.toArray());
      return new Step.Ask(new AuthenticationSASLContinue(Bytes.copyOf(reply)));
    }
    byte[] last = exchange.clientFinal(SASLResponse.decode(body).data().toArray());
    learntKeys = exchange.learntKeys();
    return new Step.Accept(new AuthenticationSASLFinal(Bytes.copyOf(last)));
  }

  private boolean isMd5Answer(String answer) {
    String hash =
        switch (user.secret()) {
          case StoredSecret.Md5 md5 -> md5.hash();
          case StoredSecret.Plain plain -> Md5Password.hash(plain.password(), user.name());
          case StoredSecret.Scram _ -> null;
          case null -> null;
        };
    String expected =
        Md5Password.answer(hash == null ? Md5Password.hash("", user.name()) : hash, salt);
    return equal(expected, answer) && hash != null;
  }

  private CompletionStage<Step> checkPlain(String password) {
    return switch (user.secret()) {
      case StoredSecret.Plain plain ->
          CompletableFuture.completedFuture(acceptIf(equal(plain.password(), password)));
      case StoredSecret.Md5 md5 ->
          CompletableFuture.completedFuture(
              acceptIf(equal(md5.hash(), Md5Password.hash(password, user.name()))));
      case StoredSecret.Scram _ -> secrets.matches(user, password).thenApply(this::acceptIf);
      case null ->
          secrets.prefersScram(user) // then it takes a while for most users
              ? secrets.matches(user, password).thenApply(_ -> acceptIf(false))
              : CompletableFuture.completedFuture(acceptIf(false));
    };
  }

  private Step acceptIf(boolean proven) {
    if (!proven) {
      throw refused();
    }
    return new Step.Accept(null);
  }

  /**
   * The keys that a SCRAM proof revealed, good for logging in to a server with the same verifier.
   */
  @Nullable ScramKeys learntKeys() {
    return learntKeys;
  }

  private PoolerException refused() {
    return PoolerException.of(
        ErrorFields.fatal(
            SqlState.INVALID_PASSWORD,
            "password authentication failed for user \"" + user.name() + "\""));
  }

  private static boolean equal(String expected, String actual) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }
}

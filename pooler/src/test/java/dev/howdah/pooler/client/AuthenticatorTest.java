package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.howdah.pooler.TestConfig;
import dev.howdah.pooler.client.Authenticator.Step;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.UserList;
import dev.howdah.wire.auth.Md5Password;
import dev.howdah.wire.auth.ScramClientExchange;
import dev.howdah.wire.auth.ScramVerifier;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.Authentication.AuthenticationCleartextPassword;
import dev.howdah.wire.message.Authentication.AuthenticationMD5Password;
import dev.howdah.wire.message.Authentication.AuthenticationSASL;
import dev.howdah.wire.message.Authentication.AuthenticationSASLContinue;
import dev.howdah.wire.message.Authentication.AuthenticationSASLFinal;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.PasswordMessage;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins as a client leads them; the password of every user is {@code secret}. */
class AuthenticatorTest {
  private static final int ITERATIONS = 4096;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UserSecrets SECRETS =
      new UserSecrets(
          TestConfig.live(
              TestConfig.withMain("scram_iterations = " + ITERATIONS),
              new UserList(
                  Map.of(
                      "plain",
                      "secret",
                      "md5",
                      Md5Password.hash("secret", "md5"),
                      "scram",
                      ScramVerifier.derive("secret", new byte[16], ITERATIONS).asText(),
                      "empty",
                      ""))),
          Runnable::run,
          RANDOM);

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "PLAIN, plain",
    "PLAIN, md5",
    "PLAIN, scram",
    "MD5, plain",
    "MD5, md5",
    "MD5, scram",
    "SCRAM_SHA_256, plain",
    "SCRAM_SHA_256, scram"
  })
  void the_right_password_is_accepted_and_a_wrong_one_refused(AuthType type, String user) {
    assertThat(logIn(type, user, "secret")).isEqualTo("accepted");
    assertThat(logIn(type, user, "Secret")).isEqualTo("28P01");
    assertThat(logIn(type, user, "")).isEqualTo("28P01");
  }

  @Test
  void an_md5_hash_cannot_prove_a_scram_password() {
    assertThat(logIn(AuthType.SCRAM_SHA_256, "md5", "secret")).isEqualTo("28P01");
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "MD5", "SCRAM_SHA_256"})
  void an_unknown_user_is_refused_whatever_the_password(AuthType type) {
    assertThat(logIn(type, "nobody", "secret")).isEqualTo("28P01");
    assertThat(logIn(type, "nobody", "")).isEqualTo("28P01");
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "MD5", "SCRAM_SHA_256"})
  void a_user_without_a_password_cannot_log_in_with_an_empty_one(AuthType type) {
    assertThat(logIn(type, "empty", "")).isEqualTo("28P01");
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "MD5", "SCRAM_SHA_256"})
  void an_unknown_user_is_asked_as_a_known_one(AuthType type) {
    Authentication known =
        question(authenticator(type, "plain").start().toCompletableFuture().join());
    Authentication unknown =
        question(authenticator(type, "nobody").start().toCompletableFuture().join());

    assertThat(unknown).hasSameClassAs(known);
  }

  @Test
  void where_most_have_scram_secrets_an_unknown_user_is_asked_by_scram_and_their_iterations() {
    String verifier = ScramVerifier.derive("secret", new byte[16], 5000).asText();
    var secrets =
        new UserSecrets(
            TestConfig.live(
                TestConfig.withMain(""),
                new UserList(Map.of("one", verifier, "two", verifier, "three", "plain"))),
            Runnable::run,
            RANDOM);
    var md5 = new Authenticator(AuthType.MD5, secrets.user("nobody"), secrets, RANDOM, null);

    Authentication asked = question(md5.start().toCompletableFuture().join());

    assertThat(asked).isInstanceOf(AuthenticationSASL.class);
    assertThat(secrets.verifier(secrets.user("nobody")).toCompletableFuture().join().iterations())
        .isEqualTo(5000);
  }

  @Test
  void a_plain_secret_is_turned_into_a_verifier_once() {
    var derivations = new AtomicInteger();
    var secrets =
        new UserSecrets(
            TestConfig.live(TestConfig.withMain(""), new UserList(Map.of("plain", "secret"))),
            task -> {
              derivations.incrementAndGet();
              task.run();
            },
            RANDOM);

    for (int i = 0; i < 5; i++) {
      secrets.verifier(secrets.user("plain")).toCompletableFuture().join();
      secrets.verifier(secrets.user("nobody")).toCompletableFuture().join();
    }

    assertThat(derivations).as("the list, and one verifier").hasValue(2);
  }

  @Test
  void an_unknown_user_has_the_same_salt_every_time() {
    assertThat(scramChallenge("nobody")).isEqualTo(scramChallenge("nobody"));
    assertThat(scramChallenge("nobody")).isNotEqualTo(scramChallenge("somebody"));
    assertThat(scramChallenge("plain")).isEqualTo(scramChallenge("plain"));
    assertThat(scramChallenge("nobody").iterations())
        .isEqualTo(scramChallenge("plain").iterations());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "md5", "scram", "empty"})
  void trust_accepts_who_is_listed(String user) {
    assertThat(logIn(AuthType.TRUST, user, "")).isEqualTo("accepted");
  }

  @Test
  void trust_refuses_who_is_not_listed_and_any_accepts_everybody() {
    assertThat(logIn(AuthType.TRUST, "nobody", "")).isEqualTo("28P01");
    assertThat(logIn(AuthType.ANY, "nobody", "")).isEqualTo("accepted");
  }

  @Test
  void a_scram_proof_shows_the_keys_to_log_in_with() {
    Authenticator authenticator = authenticator(AuthType.SCRAM_SHA_256, "scram");
    assertThat(authenticator.learntKeys()).isNull();

    Step last = logIn(authenticator, "scram", "secret");

    assertThat(last).isInstanceOf(Step.Accept.class);
    assertThat(authenticator.learntKeys()).isNotNull();
  }

  @Test
  void a_sasl_answer_without_data_is_08P01() {
    Authenticator authenticator = authenticator(AuthType.SCRAM_SHA_256, "plain");
    authenticator.start().toCompletableFuture().join();

    assertThat(outcome(() -> answer(authenticator, new SASLInitialResponse("SCRAM-SHA-256", null))))
        .isEqualTo("08P01");
  }

  // ---- a client ----

  private static Authenticator authenticator(AuthType type, String user) {
    return new Authenticator(type, SECRETS.user(user), SECRETS, RANDOM, null);
  }

  private static String logIn(AuthType type, String user, String password) {
    return outcome(() -> logIn(authenticator(type, user), user, password));
  }

  private static Step logIn(Authenticator authenticator, String user, String password) {
    Step step = authenticator.start().toCompletableFuture().join();
    @Nullable ScramClientExchange scram = null;
    while (step instanceof Step.Ask(var question)) {
      switch (question) {
        case AuthenticationCleartextPassword _ ->
            step = answer(authenticator, new PasswordMessage(password));
        case AuthenticationMD5Password(var salt) -> {
          String hash = Md5Password.hash(password, user);
          step =
              answer(authenticator, new PasswordMessage(Md5Password.answer(hash, salt.toArray())));
        }
        case AuthenticationSASL _ -> {
          scram = ScramClientExchange.unbound();
          step = answer(authenticator, first(scram));
        }
        case AuthenticationSASLContinue(var data) -> {
          if (scram == null) {
            throw new AssertionError("continued what never began");
          }
          var keys = scram.serverFirst(data.toArray()).derive(password);
          step = answer(authenticator, new SASLResponse(Bytes.copyOf(scram.clientFinal(keys))));
        }
        default -> throw new AssertionError("asked " + question);
      }
    }
    if (step instanceof Step.Accept(AuthenticationSASLFinal(var data)) && scram != null) {
      scram.serverFinal(data.toArray());
    }
    return step;
  }

  private static SASLInitialResponse first(ScramClientExchange scram) {
    return new SASLInitialResponse(scram.mechanism(), Bytes.copyOf(scram.clientFirst()));
  }

  private static ScramClientExchange.Challenge scramChallenge(String user) {
    Authenticator authenticator = authenticator(AuthType.SCRAM_SHA_256, user);
    authenticator.start().toCompletableFuture().join();
    var scram = ScramClientExchange.unbound();
    return question(answer(authenticator, first(scram)))
            instanceof AuthenticationSASLContinue(var data)
        ? scram.serverFirst(data.toArray())
        : new ScramClientExchange.Challenge(Bytes.copyOf(new byte[0]), 0);
  }

  private static Step answer(Authenticator authenticator, FrontendMessage message) {
    ByteBuf body = Unpooled.buffer();
    message.encodeBody(body);
    return authenticator.onAnswer(body).toCompletableFuture().join();
  }

  private static Authentication question(Step step) {
    if (step instanceof Step.Ask(var question)) {
      return question;
    }
    throw new AssertionError("not a question: " + step);
  }

  private static String outcome(Supplier<Step> login) {
    Throwable thrown =
        catchThrowable(() -> assertThat(login.get()).isInstanceOf(Step.Accept.class));
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return switch (cause) {
      case null -> "accepted";
      case PoolerException refused -> refused.fields().sqlState();
      default -> throw new AssertionError(cause);
    };
  }
}

package dev.howdah.wire.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.wire.auth.ScramClientExchange.Challenge;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import java.util.Base64;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

class ScramExchangeTest {
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final ScramVerifier PENCIL = ScramVerifier.derive("pencil", SALT, 4096);
  private static final ScramKeys PENCIL_KEYS = ScramKeys.derive("pencil", SALT, 4096);

  // RFC 7677, section 3.
  private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String CLIENT_FIRST = "n,,n=user,r=" + CLIENT_NONCE;
  private static final String SERVER_FIRST =
      "r=" + CLIENT_NONCE + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String CLIENT_FINAL =
      "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  @Example
  void the_server_speaks_as_in_rfc_7677() {
    ScramServerExchange server = rfcServer();

    String first = text(server.clientFirst(Scram.MECHANISM, bytes(CLIENT_FIRST)));
    String last = text(server.clientFinal(bytes(CLIENT_FINAL)));

    assertThat(first).isEqualTo(SERVER_FIRST);
    assertThat(last).isEqualTo(SERVER_FINAL);
    assertThat(server.learntKeys()).isEqualTo(PENCIL_KEYS);
  }

  @Example
  void the_client_speaks_as_in_rfc_7677() {
    ScramClientExchange client = rfcClient();

    String first = text(client.clientFirst());
    Challenge challenge = client.serverFirst(bytes(SERVER_FIRST));
    String last = text(client.clientFinal(challenge.derive("pencil")));
    client.serverFinal(bytes(SERVER_FINAL));

    assertThat(first).isEqualTo(CLIENT_FIRST);
    assertThat(last).isEqualTo(CLIENT_FINAL);
    assertThat(client.isComplete()).isTrue();
  }

  @Property(tries = 50)
  void client_and_server_agree_on_any_password(@ForAll @NotEmpty String password) {
    ScramVerifier verifier = ScramVerifier.derive(password, SALT, 2);

    ScramServerExchange server = login(ScramClientExchange.unbound(), verifier, null, password);

    assertThat(server.clientKey()).isEqualTo(ScramKeys.derive(password, SALT, 2).clientKey());
  }

  @Example
  void keys_learnt_from_a_client_log_in_at_the_next_server() {
    ScramServerExchange first = login(ScramClientExchange.unbound(), PENCIL, null, "pencil");

    var server = new ScramServerExchange("user", PENCIL, null);
    var client = ScramClientExchange.unbound();
    client.serverFirst(server.clientFirst(client.mechanism(), client.clientFirst()));
    client.serverFinal(server.clientFinal(client.clientFinal(first.learntKeys())));

    assertThat(client.isComplete()).isTrue();
  }

  @Example
  void a_bound_client_agrees_with_a_server_on_the_same_channel() {
    byte[] certificateHash = {1, 2, 3};

    var client = ScramClientExchange.bound(certificateHash);
    login(client, PENCIL, certificateHash, "pencil");

    assertThat(client.mechanism()).isEqualTo("SCRAM-SHA-256-PLUS");
    assertThat(client.isComplete()).isTrue();
  }

  @Example
  void a_client_bound_to_another_channel_is_refused() {
    var client = ScramClientExchange.bound(new byte[] {1, 2, 3});

    assertRefused("28000", () -> login(client, PENCIL, new byte[] {1, 2, 4}, "pencil"));
  }

  @Example
  void a_client_that_was_not_shown_our_offer_of_channel_binding_is_refused() {
    assertRefused(
        "28000", () -> login(ScramClientExchange.notOffered(), PENCIL, new byte[] {1}, "pencil"));
  }

  @Example
  void a_client_that_could_bind_logs_in_where_nothing_was_offered() {
    var client = ScramClientExchange.notOffered();

    login(client, PENCIL, null, "pencil");

    assertThat(client.isComplete()).isTrue();
  }

  @Example
  void a_wrong_password_is_refused_with_28P01_and_nothing_is_learnt() {
    var server = new ScramServerExchange("user", PENCIL, null);
    var client = ScramClientExchange.unbound();
    Challenge challenge =
        client.serverFirst(server.clientFirst(client.mechanism(), client.clientFirst()));

    assertRefused(
        "28P01", () -> server.clientFinal(client.clientFinal(challenge.derive("crayon"))));
    assertThatThrownBy(server::clientKey).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void an_unknown_user_is_challenged_as_any_other_and_refused_the_same_way() {
    byte[] secretNonce = {9, 9, 9};
    ScramVerifier mock = ScramVerifier.mock("ghost", secretNonce);

    assertThat(mock).isEqualTo(ScramVerifier.mock("ghost", secretNonce));
    assertThat(mock.salt()).isNotEqualTo(ScramVerifier.mock("spirit", secretNonce).salt());
    assertThat(mock.salt().length()).isEqualTo(ScramVerifier.SALT_BYTES);
    var refused =
        assertRefused("28P01", () -> login(ScramClientExchange.unbound(), mock, null, "anything"));
    assertThat(refused).hasMessage("password authentication failed for user \"user\"");
  }

  @Example
  void client_first_messages_that_are_not_scram_are_refused() {
    assertFirstRefused("08P01", "");
    assertFirstRefused("08P01", "x,,n=,r=abc");
    assertFirstRefused("08P01", "nn,n=,r=abc");
    assertFirstRefused("0A000", "n,a=admin,n=,r=abc");
    assertFirstRefused("0A000", "n,,m=x,n=,r=abc");
    assertFirstRefused("08P01", "p=tls-server-end-point,,n=,r=abc");
    assertFirstRefused("08P01", "n,,r=abc");
    assertFirstRefused("08P01", "n,,n=,r=");
    assertFirstRefused("08P01", "n,,n=,r=a\tc");
    assertFirstRefused("08P01", "n,,n=,r=abc,");
    assertFirstRefused("08P01", "n,,n=,r=" + "a".repeat(1100));
    assertThatThrownBy(() -> rfcServer().clientFirst("PLAIN", bytes(CLIENT_FIRST)))
        .isInstanceOf(ProtocolViolation.class);
    assertThatThrownBy(() -> rfcServer().clientFirst(Scram.MECHANISM_PLUS, bytes(CLIENT_FIRST)))
        .isInstanceOf(ProtocolViolation.class);
  }

  @Example
  void client_final_messages_that_do_not_fit_are_refused() {
    String nonce = CLIENT_NONCE + SERVER_NONCE;
    String proof = CLIENT_FINAL.substring(CLIENT_FINAL.indexOf(",p="));
    assertFinalRefused("");
    assertFinalRefused("c=eSws,r=" + nonce + proof);
    assertFinalRefused("c=biws,r=" + CLIENT_NONCE + proof);
    assertFinalRefused("c=biws,r=" + nonce);
    assertFinalRefused("c=biws,r=" + nonce + ",p=AAAA");
    assertFinalRefused("c=biws,r=" + nonce + ",p=*");
    assertFinalRefused(CLIENT_FINAL + ",x=1");
  }

  @Example
  void server_first_messages_that_do_not_fit_are_refused() {
    String nonce = "r=" + CLIENT_NONCE + SERVER_NONCE;
    for (String message :
        new String[] {
          "",
          "r=other,s=AAAA,i=4096",
          "r=" + CLIENT_NONCE + ",s=AAAA,i=4096",
          nonce + ",s=,i=4096",
          nonce + ",s=*,i=4096",
          nonce + ",s=AAAA",
          nonce + ",s=AAAA,i=0",
          nonce + ",s=AAAA,i=-1",
          nonce + ",s=AAAA,i=10000001",
          nonce + ",s=AAAA,i=99999999999999999999",
          nonce + ",s=AAAA,i=4096,",
          "m=x," + nonce + ",s=AAAA,i=4096"
        }) {
      ScramClientExchange client = rfcClient();
      client.clientFirst();

      assertThatThrownBy(() -> client.serverFirst(bytes(message)))
          .as(message)
          .isInstanceOf(ProtocolViolation.class);
    }
  }

  @Example
  void a_server_that_does_not_know_the_password_is_refused() {
    for (String message : new String[] {"v=AAAA", "v=" + "A".repeat(43) + "="}) {
      ScramClientExchange client = clientAwaitingServerFinal();

      assertRefused("28000", () -> client.serverFinal(bytes(message)));
      assertThat(client.isComplete()).isFalse();
    }
    assertRefused("28P01", () -> clientAwaitingServerFinal().serverFinal(bytes("e=invalid-proof")));
    assertRefused("08P01", () -> clientAwaitingServerFinal().serverFinal(bytes("x")));
  }

  @Property
  void random_bytes_are_refused_in_every_step(@ForAll byte[] message) {
    refuses(() -> rfcServer().clientFirst(Scram.MECHANISM, message));
    ScramServerExchange server = rfcServer();
    server.clientFirst(Scram.MECHANISM, bytes(CLIENT_FIRST));
    refuses(() -> server.clientFinal(message));
    ScramClientExchange client = rfcClient();
    client.clientFirst();
    refuses(() -> client.serverFirst(message));
    refuses(() -> clientAwaitingServerFinal().serverFinal(message));
  }

  @Example
  void steps_out_of_order_are_a_bug_of_the_caller() {
    assertThatThrownBy(() -> rfcServer().clientFinal(bytes(CLIENT_FINAL)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rfcClient().serverFirst(bytes(SERVER_FIRST)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ScramServerExchange login(
      ScramClientExchange client,
      ScramVerifier verifier,
      byte @Nullable [] channelBinding,
      String password) {
    var server = new ScramServerExchange("user", verifier, channelBinding);
    byte[] serverFirst = server.clientFirst(client.mechanism(), client.clientFirst());
    ScramKeys keys = client.serverFirst(serverFirst).derive(password);
    client.serverFinal(server.clientFinal(client.clientFinal(keys)));
    return server;
  }

  private static ScramServerExchange rfcServer() {
    return new ScramServerExchange("user", PENCIL, null, SERVER_NONCE);
  }

  private static ScramClientExchange rfcClient() {
    return new ScramClientExchange("n,,", new byte[0], "user", CLIENT_NONCE);
  }

  private static ScramClientExchange clientAwaitingServerFinal() {
    ScramClientExchange client = rfcClient();
    client.clientFirst();
    client.serverFirst(bytes(SERVER_FIRST));
    client.clientFinal(PENCIL_KEYS);
    return client;
  }

  private static void assertFirstRefused(String sqlState, String message) {
    assertRefused(sqlState, () -> rfcServer().clientFirst(Scram.MECHANISM, bytes(message)));
  }

  private static void assertFinalRefused(String message) {
    ScramServerExchange server = rfcServer();
    server.clientFirst(Scram.MECHANISM, bytes(CLIENT_FIRST));
    assertRefused("08P01", () -> server.clientFinal(bytes(message)));
  }

  private static PoolerException assertRefused(String sqlState, ThrowingCallable call) {
    var refused = catchThrowableOfType(PoolerException.class, call);
    assertThat(refused.fields().sqlState()).isEqualTo(sqlState);
    assertThat(refused.fields().severity().name()).isEqualTo("FATAL");
    return refused;
  }

  private static void refuses(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(PoolerException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}

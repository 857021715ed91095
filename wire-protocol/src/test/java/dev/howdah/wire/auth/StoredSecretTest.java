package dev.howdah.wire.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.auth.StoredSecret.Md5;
import dev.howdah.wire.auth.StoredSecret.Plain;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredSecretTest {
  // PostgreSQL's regression test "password" keeps these two for a role with an empty password.
  private static final String EMPTY_SCRAM =
      "SCRAM-SHA-256$4096:hpFyHTUsSWcR7O9P$LgZFIt6Oqdo27ZFKbZ2nV+vtnYM995pDh9ca6WSi120="
          + ":qVV5NeluNfUPkwm7Vqat25RjSPLkGeoZBQs6wVv+um4=";
  private static final String EMPTY_MD5 = "md585939a5ce845f1a1b620742e3c659e0a";

  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

  @Test
  void a_scram_verifier_is_recognised_and_comes_back_as_it_was() {
    assertThat(StoredSecret.parse(EMPTY_SCRAM))
        .isInstanceOfSatisfying(
            StoredSecret.Scram.class,
            scram -> {
              assertThat(scram.verifier().asText()).isEqualTo(EMPTY_SCRAM);
              assertThat(scram.verifier().iterations()).isEqualTo(4096);
              assertThat(scram.verifier().matches("")).isTrue();
              assertThat(scram.verifier().matches("x")).isFalse();
            });
  }

  @Test
  void an_md5_hash_is_recognised() {
    assertThat(StoredSecret.parse(EMPTY_MD5)).isEqualTo(new Md5(EMPTY_MD5));
    assertThat(Md5Password.hash("", "regress_passwd_empty")).isEqualTo(EMPTY_MD5);
  }

  @Test
  void everything_else_is_a_plain_password() {
    for (String text :
        List.of(
            "",
            "secret",
            "md5",
            "md585939A5CE845F1A1B620742E3C659E0A",
            "md585939a5ce845f1a1b620742e3c659e0a0",
            "SCRAM-SHA-256$",
            EMPTY_SCRAM + "A",
            EMPTY_SCRAM.replace("4096", "0"),
            EMPTY_SCRAM.replace("4096", "9999999999"),
            EMPTY_SCRAM.replace("um4=", "um4"),
            EMPTY_SCRAM.replace("SHA-256", "SHA-512"))) {
      assertThat(StoredSecret.parse(text)).as(text).isEqualTo(new Plain(text));
    }
  }

  @Test
  void no_secret_is_printed() {
    for (String text : List.of("secret", EMPTY_MD5, EMPTY_SCRAM)) {
      assertThat(StoredSecret.parse(text).toString()).endsWith("[redacted]");
    }
    assertThat(ScramVerifier.derive("x", SALT, 1).toString()).isEqualTo("ScramVerifier[redacted]");
    assertThat(ScramKeys.derive("x", SALT, 1).toString()).isEqualTo("ScramKeys[redacted]");
  }

  @Test
  void an_md5_challenge_is_answered_and_checked() {
    byte[] salt = {1, 2, 3, 4};
    String stored = Md5Password.hash("secret", "alice");

    assertThat(stored).isEqualTo("md54a0a68b43b6cd5cf266fa02f196e2371");
    assertThat(Md5Password.answer(stored, salt)).isEqualTo("md598a0412b9c31436fc53776e863350083");
    assertThat(Md5Password.verify(stored, salt, "md598a0412b9c31436fc53776e863350083")).isTrue();
    assertThat(Md5Password.verify(stored, salt, "md598a0412b9c31436fc53776e863350084")).isFalse();
    assertThat(Md5Password.verify(stored, salt, "")).isFalse();
    assertThatThrownBy(() -> Md5Password.answer("secret", salt))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_password_is_normalized_as_postgresql_does() {
    assertThat(ScramKeys.normalized("a\u0300")).isEqualTo("\u00E0".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("I\u00ADX")).isEqualTo("IX".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("\u00AA")).isEqualTo("a".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("\u2168")).isEqualTo("IX".getBytes(UTF_8));
  }

  @Test
  void a_password_that_saslprep_prohibits_is_used_as_it_is() {
    assertThat(ScramKeys.normalized("a\u0007")).isEqualTo(new byte[] {'a', 7});
    assertThat(ScramKeys.normalized("é\u0007")).isEqualTo("é\u0007".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("\u06271")).isEqualTo("\u06271".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("\u00AD")).isEqualTo("\u00AD".getBytes(UTF_8));
    assertThat(ScramKeys.normalized("caf\uDCE9"))
        .isEqualTo(new byte[] {'c', 'a', 'f', (byte) 0xE9});
  }
}

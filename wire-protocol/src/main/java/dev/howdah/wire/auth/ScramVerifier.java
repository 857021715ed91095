package dev.howdah.wire.auth;

import dev.howdah.wire.field.Bytes;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL keeps in {@code pg_authid.rolpassword} for a SCRAM password: enough to check a
 * proof, not enough to make one. Immutable.
 *
 * @param iterations cost of PBKDF2, at least 1
 * @param salt of the role's password
 * @param storedKey H(ClientKey), 32 bytes
 * @param serverKey ServerKey, 32 bytes: with it one can pose as the server, hence it is a secret
 * @param mock whether this belongs to no role and must never let anybody in
 */
public record ScramVerifier(
    int iterations, Bytes salt, Bytes storedKey, Bytes serverKey, boolean mock) {

  /** What PostgreSQL uses unless {@code scram_iterations} says otherwise. */
  public static final int DEFAULT_ITERATIONS = 4096;

  /** As many as PostgreSQL uses. */
  public static final int SALT_BYTES = 16;

  private static final String BASE64 = "([A-Za-z0-9+/]*={0,2})";
  private static final Pattern TEXT =
      Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,10}):" + BASE64 + "\\$" + BASE64 + ":" + BASE64);

  public ScramVerifier {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, not " + iterations);
    }
    if (storedKey.length() != Hmac.KEY_BYTES || serverKey.length() != Hmac.KEY_BYTES) {
      throw new IllegalArgumentException("SCRAM-SHA-256 keys have 32 bytes");
    }
  }

  /**
   * Reads {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, all in Base64 but the
   * iterations.
   *
   * @return null if the text is anything else; PostgreSQL takes it for a plain password then
   */
  public static @Nullable ScramVerifier parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    try {
      return new ScramVerifier(
          Integer.parseInt(matcher.group(1)),
          decode(matcher.group(2)),
          decode(matcher.group(3)),
          decode(matcher.group(4)),
          false);
    } catch (IllegalArgumentException malformed) { // a number too large, bad Base64, short keys
      return null;
    }
  }

  /** Runs PBKDF2; never on an event loop (see {@link ScramKeys#derive}). */
  public static ScramVerifier derive(String password, byte[] salt, int iterations) {
    ScramKeys keys = ScramKeys.derive(password, salt, iterations);
    byte[] storedKey = Hmac.hash(keys.clientKey().toArray());
    return new ScramVerifier(
        iterations, Bytes.copyOf(salt), Bytes.copyOf(storedKey), keys.serverKey(), false);
  }

  /** {@link #mock(String, byte[], int)} with the default number of iterations. */
  public static ScramVerifier mock(String user, byte[] secretNonce) {
    return mock(user, secretNonce, DEFAULT_ITERATIONS);
  }

  /**
   * A verifier for a user that does not exist or has no password. The exchange with it looks like
   * any other and fails at its end, so that nobody learns which users exist.
   *
   * @param secretNonce stays the same for the life of the installation, or else the salt of an
   *     unknown user would change where that of a known one does not
   * @param iterations should be what most real verifiers have
   */
  public static ScramVerifier mock(String user, byte[] secretNonce, int iterations) {
    byte[] salt = Arrays.copyOf(Hmac.hmac(secretNonce, user), SALT_BYTES);
    Bytes noKey = Bytes.copyOf(new byte[Hmac.KEY_BYTES]);
    return new ScramVerifier(iterations, Bytes.copyOf(salt), noKey, noKey, true);
  }

  /**
   * Whether this is the password. Runs PBKDF2; never on an event loop. For clients that send their
   * password in clear text.
   */
  public boolean matches(String password) {
    ScramVerifier other = derive(password, salt.toArray(), iterations);
    boolean same = storedKey.equals(other.storedKey); // constant time
    return same && !mock;
  }

  /** The text that {@link #parse} reads. A secret. */
  public String asText() {
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(iterations, encode(salt), encode(storedKey), encode(serverKey));
  }

  private static Bytes decode(String base64) {
    return Bytes.copyOf(Scram.decode(base64));
  }

  private static String encode(Bytes bytes) {
    return Scram.encode(bytes.toArray());
  }

  @Override
  public String toString() {
    return "ScramVerifier[redacted]";
  }
}

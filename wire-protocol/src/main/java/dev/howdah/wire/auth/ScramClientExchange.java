package dev.howdah.wire.auth;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * One login by SCRAM-SHA-256, client side, in four steps: send {@link #clientFirst} in
 * SASLInitialResponse; {@link #serverFirst} reads the challenge; send {@link #clientFinal} in
 * SASLResponse; {@link #serverFinal} checks that the server knows the password too. Between steps
 * two and three the caller turns the challenge into {@link ScramKeys}: from a cache, from a key
 * learnt of a client, or by {@link ScramKeys#derive} on a thread that may be busy for milliseconds.
 * Not thread-safe, used once.
 */
public final class ScramClientExchange {
  /** More iterations than this would keep a thread busy for seconds; no honest server asks. */
  public static final int ITERATIONS_MAX = 10_000_000;

  /**
   * What PBKDF2 needs besides the password.
   *
   * @param iterations 1 to {@link #ITERATIONS_MAX}
   */
  public record Challenge(Bytes salt, int iterations) {
    /** Runs PBKDF2; never on an event loop. */
    public ScramKeys derive(String password) {
      return ScramKeys.derive(password, salt.toArray(), iterations);
    }
  }

  private enum Step {
    CLIENT_FIRST,
    SERVER_FIRST,
    CLIENT_FINAL,
    SERVER_FINAL,
    DONE
  }

  private final String header;
  private final byte[] channelBinding;
  private final String clientFirstBare;
  private final String ownNonce;

  private Step step = Step.CLIENT_FIRST;
  private String serverFirst = "";
  private String nonce = "";
  private byte @Nullable [] expectedSignature;
  private boolean verified;

  ScramClientExchange(String header, byte[] channelBinding, String user, String ownNonce) {
    this.header = header;
    this.channelBinding = channelBinding.clone();
    this.ownNonce = ownNonce;
    this.clientFirstBare = "n=" + user + ",r=" + ownNonce;
  }

  /** Without channel binding: there is no TLS, or no wish for more. */
  public static ScramClientExchange unbound() {
    // PostgreSQL takes the user from the start-up packet and ignores this one; libpq leaves it out.
    return new ScramClientExchange("n,,", new byte[0], "", Scram.newNonce());
  }

  /**
   * Over TLS when the server did not offer {@link Scram#MECHANISM_PLUS}. If it did and somebody in
   * between removed it, the server will notice and refuse.
   */
  public static ScramClientExchange notOffered() {
    return new ScramClientExchange("y,,", new byte[0], "", Scram.newNonce());
  }

  /**
   * Bound to the TLS channel.
   *
   * @param channelBinding {@code tls-server-end-point} data: the hash of the server's certificate
   */
  public static ScramClientExchange bound(byte[] channelBinding) {
    return new ScramClientExchange(Scram.BOUND_HEADER, channelBinding, "", Scram.newNonce());
  }

  /** The mechanism for SASLInitialResponse. */
  public String mechanism() {
    return header.startsWith("p") ? Scram.MECHANISM_PLUS : Scram.MECHANISM;
  }

  /** The data for SASLInitialResponse. */
  public byte[] clientFirst() {
    advance(Step.CLIENT_FIRST, Step.SERVER_FIRST);
    return Scram.bytes(header + clientFirstBare);
  }

  /**
   * Reads the data of AuthenticationSASLContinue.
   *
   * @throws ProtocolViolation if it is malformed, if its nonce does not go on from ours, or if it
   *     asks for more than {@link #ITERATIONS_MAX} iterations
   */
  public Challenge serverFirst(byte[] message) {
    advance(Step.SERVER_FIRST, Step.CLIENT_FINAL);
    serverFirst = Scram.text(message);
    var in = new ScramAttributes(serverFirst);
    nonce = in.value('r');
    if (!Scram.isPrintable(nonce)
        || !nonce.startsWith(ownNonce)
        || nonce.length() == ownNonce.length()) {
      throw new ProtocolViolation("invalid SCRAM response").withDetail("Nonce does not match.");
    }
    byte[] salt = in.base64('s');
    int iterations = iterations(in.value('i'));
    while (in.hasMore()) {
      in.skipExtension();
    }
    if (salt.length == 0) {
      throw Scram.malformed("The salt is empty.");
    }
    return new Challenge(Bytes.copyOf(salt), iterations);
  }

  private static int iterations(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long iterations = digits && text.length() <= 10 ? Long.parseLong(text) : 0;
    if (iterations < 1 || iterations > ITERATIONS_MAX) {
      throw Scram.malformed("The iteration count is not between 1 and " + ITERATIONS_MAX + ".");
    }
    return (int) iterations;
  }

  /** The data for SASLResponse. */
  public byte[] clientFinal(ScramKeys keys) {
    advance(Step.CLIENT_FINAL, Step.SERVER_FINAL);
    String withoutProof = "c=" + Scram.bindingAttribute(header, channelBinding) + ",r=" + nonce;
    byte[] signed = Scram.bytes(clientFirstBare + "," + serverFirst + "," + withoutProof);
    byte[] clientKey = keys.clientKey().toArray();
    byte[] proof = Hmac.xor(clientKey, Hmac.hmac(Hmac.hash(clientKey), signed));
    expectedSignature = Hmac.hmac(keys.serverKey().toArray(), signed);
    return Scram.bytes(withoutProof + ",p=" + Scram.encode(proof));
  }

  /**
   * Reads the data of AuthenticationSASLFinal.
   *
   * @throws ProtocolViolation if it is malformed
   * @throws PoolerException 28P01 if the server reports an error; 28000 if its signature is wrong,
   *     which means that it does not know the password and is not the server we take it for
   */
  public void serverFinal(byte[] message) {
    advance(Step.SERVER_FINAL, Step.DONE);
    var in = new ScramAttributes(Scram.text(message));
    if (in.peek() == 'e') {
      throw failed(SqlState.INVALID_PASSWORD, "the server refused the SCRAM exchange");
    }
    byte[] signature = in.base64('v');
    while (in.hasMore()) {
      in.skipExtension();
    }
    if (!MessageDigest.isEqual(signature, expectedSignature)) {
      throw failed(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "incorrect server signature");
    }
    verified = true;
  }

  /** Whether the server has proved that it knows the password: AuthenticationOk may follow. */
  public boolean isComplete() {
    return verified;
  }

  private void advance(Step from, Step to) {
    if (step != from) {
      throw new IllegalStateException("SCRAM exchange is at " + step + ", not at " + from);
    }
    step = to;
  }

  private static PoolerException failed(SqlState sqlState, String message) {
    return PoolerException.of(ErrorFields.fatal(sqlState, message));
  }
}

package dev.howdah.wire.auth;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * One login by SCRAM-SHA-256, server side. Call {@link #clientFirst}, send the result in
 * AuthenticationSASLContinue, call {@link #clientFinal}, send the result in
 * AuthenticationSASLFinal. Takes microseconds: the expensive PBKDF2 is the client's part. Not
 * thread-safe, used once.
 *
 * <p>Errors are FATAL and worded as PostgreSQL's: {@link ProtocolViolation} (08P01) for malformed
 * messages, 28P01 for a wrong proof, 28000 for channel binding that does not fit, 0A000 for what
 * PostgreSQL does not support either.
 */
public final class ScramServerExchange {
  private enum Step {
    CLIENT_FIRST,
    CLIENT_FINAL,
    SUCCEEDED,
    FAILED
  }

  private static final int MESSAGE_BYTES_MAX = 1024; // PG_MAX_SASL_MESSAGE_LENGTH
  private static final int BOUND_HEADER_PREFIX = Scram.BOUND_HEADER.length() - 1;

  private final String user;
  private final ScramVerifier verifier;
  private final byte @Nullable [] channelBinding;
  private final String ownNonce;

  private Step step = Step.CLIENT_FIRST;
  private String expectedBinding = "";
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";
  private @Nullable Bytes clientKey;

  /**
   * @param user for the error message; the name inside SCRAM is ignored, as in PostgreSQL
   * @param verifier of that user, or {@link ScramVerifier#mock} when there is none
   * @param channelBinding {@code tls-server-end-point} data (the hash of our certificate) if this
   *     connection offers {@link Scram#MECHANISM_PLUS}, else null
   */
  public ScramServerExchange(
      String user, ScramVerifier verifier, byte @Nullable [] channelBinding) {
    this(user, verifier, channelBinding, Scram.newNonce());
  }

  ScramServerExchange(
      String user, ScramVerifier verifier, byte @Nullable [] channelBinding, String ownNonce) {
    this.user = user;
    this.verifier = verifier;
    this.channelBinding = channelBinding == null ? null : channelBinding.clone();
    this.ownNonce = ownNonce;
  }

  /**
   * Takes the client's first message and returns ours.
   *
   * @param mechanism as in SASLInitialResponse
   * @param message data of SASLInitialResponse; if it has none, send an empty SASLContinue first
   * @throws PoolerException see the class
   */
  public byte[] clientFirst(String mechanism, byte[] message) {
    require(Step.CLIENT_FIRST);
    checkLength(message);
    String text = Scram.text(message);
    clientFirstBare = text.substring(readHeader(text, isBound(mechanism)));
    var in = new ScramAttributes(clientFirstBare);
    if (in.peek() == 'm') {
      throw unsupported("client requires an unsupported SCRAM extension");
    }
    in.value('n');
    String clientNonce = in.value('r');
    if (!Scram.isPrintable(clientNonce)) {
      throw new ProtocolViolation("non-printable characters in SCRAM nonce");
    }
    while (in.hasMore()) {
      in.skipExtension();
    }
    nonce = clientNonce + ownNonce;
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Scram.encode(verifier.salt().toArray())
            + ",i="
            + verifier.iterations();
    step = Step.CLIENT_FINAL;
    return Scram.bytes(serverFirst);
  }

  private boolean isBound(String mechanism) {
    boolean bound = channelBinding != null && mechanism.equals(Scram.MECHANISM_PLUS);
    if (!bound && !mechanism.equals(Scram.MECHANISM)) {
      throw new ProtocolViolation("client selected an invalid SASL authentication mechanism");
    }
    return bound;
  }

  /** Checks the GS2 header and returns its length. */
  private int readHeader(String text, boolean bound) {
    char flag = text.isEmpty() ? '\0' : text.charAt(0);
    switch (flag) {
      case 'n', 'y' -> {
        if (bound) {
          throw Scram.malformed(
              "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include"
                  + " channel binding data.");
        }
        if (flag == 'y' && channelBinding != null) { // somebody removed PLUS from our offer
          throw channelBindingError("SCRAM channel binding negotiation error");
        }
      }
      case 'p' -> {
        if (!bound) {
          throw Scram.malformed(
              "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message"
                  + " includes channel binding data.");
        }
        if (!text.startsWith(Scram.BOUND_HEADER.substring(0, BOUND_HEADER_PREFIX))) {
          throw new ProtocolViolation("unsupported SCRAM channel-binding type");
        }
      }
      default -> throw Scram.malformed("Unexpected channel-binding flag.");
    }
    int comma = text.indexOf(',');
    if (flag != 'p' && comma != 1) {
      throw Scram.malformed("Comma expected after the channel-binding flag.");
    }
    if (text.startsWith("a", comma + 1)) {
      throw unsupported("client uses authorization identity, but it is not supported");
    }
    if (!text.startsWith(",", comma + 1)) {
      throw Scram.malformed("Comma expected after the authorization identity.");
    }
    int length = comma + 2;
    byte[] binding = bound && channelBinding != null ? channelBinding : new byte[0];
    expectedBinding = Scram.bindingAttribute(text.substring(0, length), binding);
    return length;
  }

  /**
   * Checks the client's proof and returns our signature.
   *
   * @throws PoolerException 28P01 if the password is wrong; see the class for the rest
   */
  public byte[] clientFinal(byte[] message) {
    require(Step.CLIENT_FINAL);
    step = Step.FAILED; // until proven otherwise
    checkLength(message);
    String text = Scram.text(message);
    var in = new ScramAttributes(text);
    checkBinding(in.value('c'));
    if (!in.value('r').equals(nonce)) {
      throw new ProtocolViolation("invalid SCRAM response").withDetail("Nonce does not match.");
    }
    while (in.hasMore() && in.peek() != 'p') {
      in.skipExtension();
    }
    int proofIndex = in.index();
    byte[] proof = in.base64('p');
    if (proof.length != Hmac.KEY_BYTES || in.hasMore()) {
      throw Scram.malformed("Malformed proof in client-final-message.");
    }
    String withoutProof = text.substring(0, proofIndex - 1);
    byte[] signed = Scram.bytes(clientFirstBare + "," + serverFirst + "," + withoutProof);

    byte[] storedKey = verifier.storedKey().toArray();
    byte[] candidate = Hmac.xor(proof, Hmac.hmac(storedKey, signed));
    boolean proven = MessageDigest.isEqual(Hmac.hash(candidate), storedKey);
    byte[] signature = Hmac.hmac(verifier.serverKey().toArray(), signed);
    if (!proven || verifier.mock()) { // after all the work, so that no case is faster
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.INVALID_PASSWORD,
              "password authentication failed for user \"" + user + "\""));
    }
    clientKey = Bytes.copyOf(candidate);
    step = Step.SUCCEEDED;
    return Scram.bytes("v=" + Scram.encode(signature));
  }

  private void checkBinding(String received) {
    if (MessageDigest.isEqual(Scram.bytes(received), Scram.bytes(expectedBinding))) {
      return;
    }
    throw clientFirstWasBound()
        ? channelBindingError("SCRAM channel binding check failed")
        : new ProtocolViolation(
            "unexpected SCRAM channel-binding attribute in client-final-message");
  }

  private boolean clientFirstWasBound() {
    return expectedBinding.startsWith("cD10"); // "p=t"
  }

  /**
   * The client's key, learnt from its proof. Good for logging in as this user wherever the verifier
   * is the same.
   *
   * @throws IllegalStateException unless {@link #clientFinal} has succeeded
   */
  public Bytes clientKey() {
    if (clientKey == null) {
      throw new IllegalStateException("SCRAM exchange has not succeeded");
    }
    return clientKey;
  }

  /**
   * {@link #clientKey} and the verifier's server key: all that {@link ScramClientExchange} needs.
   */
  public ScramKeys learntKeys() {
    return new ScramKeys(clientKey(), verifier.serverKey());
  }

  private void require(Step expected) {
    if (step != expected) {
      throw new IllegalStateException("SCRAM exchange is at " + step + ", not at " + expected);
    }
  }

  private static void checkLength(byte[] message) {
    if (message.length > MESSAGE_BYTES_MAX) {
      throw Scram.malformed("The message is too long.");
    }
  }

  private static PoolerException unsupported(String message) {
    return PoolerException.of(ErrorFields.fatal(SqlState.FEATURE_NOT_SUPPORTED, message));
  }

  private static PoolerException channelBindingError(String message) {
    return PoolerException.of(
        ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message));
  }
}

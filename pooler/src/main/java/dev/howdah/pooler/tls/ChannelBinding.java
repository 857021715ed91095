package dev.howdah.pooler.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The data of channel binding type {@code tls-server-end-point} (RFC 5929, section 4): the server's
 * certificate, hashed by the hash its signature uses, or by SHA-256 where that is MD5 or SHA-1.
 */
public final class ChannelBinding {
  private static final Pattern DIGEST_IN_NAME =
      Pattern.compile("(MD5|SHA-?\\d+)WITH.*", Pattern.CASE_INSENSITIVE);

  private ChannelBinding() {}

  /**
   * The binding to a server that we are connected to.
   *
   * @return null when it showed no certificate, or one whose signature names no hash
   */
  public static byte @Nullable [] toServer(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? of(certificate)
          : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /** The binding to a server with this certificate; null when its signature names no hash. */
  static byte @Nullable [] of(X509Certificate certificate) {
    try {
      String digest = digestOf(certificate);
      return digest == null
          ? null
          : MessageDigest.getInstance(digest).digest(certificate.getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      return null;
    }
  }

  private static @Nullable String digestOf(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    String algorithm = certificate.getSigAlgName();
    if (algorithm.equals("RSASSA-PSS")) {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance(algorithm);
      parameters.init(certificate.getSigAlgParams());
      return sound(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    }
    Matcher matcher = DIGEST_IN_NAME.matcher(algorithm);
    return matcher.matches() ? sound(matcher.group(1)) : null; // Ed25519 names none
  }

  /** The JDK's name of a hash, or of the one RFC 5929 puts in its place. */
  private static String sound(String digest) {
    String bare = digest.toUpperCase(Locale.ROOT).replace("-", "");
    return switch (bare) {
      case "MD5", "SHA1" -> "SHA-256";
      default -> bare.replaceFirst("SHA", "SHA-");
    };
  }
}

package dev.howdah.pooler.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads keys and certificates in the text form that OpenSSL writes (RFC 7468). Each method throws
 * {@link IllegalArgumentException} whose message says what is wrong with the file.
 */
final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  // What stands for the algorithm in PKCS #8: its object identifier and no parameters.
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_IDENTIFIER = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] VERSION_ZERO = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int CURVE = 0xA0;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(String title, byte[] body) {}

  private PemFile() {}

  /** All certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(file)) {
        if (block.title().equals("CERTIFICATE")) {
          var in = new ByteArrayInputStream(block.body());
          certificates.add((X509Certificate) factory.generateCertificate(in));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("holds a certificate that cannot be read", e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("holds no certificate in PEM form");
    }
    return certificates;
  }

  /** The private key of a file, in PKCS #8 or in the older forms for RSA and EC keys. */
  static PrivateKey privateKey(Path file) {
    for (Block block : blocks(file)) {
      switch (block.title()) {
        case "PRIVATE KEY" -> {
          return parse(block.body());
        }
        case "RSA PRIVATE KEY" -> {
          return parse(sequence(VERSION_ZERO, RSA_ALGORITHM, der(OCTET_STRING, block.body())));
        }
        case "EC PRIVATE KEY" -> {
          byte[] algorithm = sequence(EC_IDENTIFIER, curveOf(block.body()));
          return parse(sequence(VERSION_ZERO, algorithm, der(OCTET_STRING, block.body())));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new IllegalArgumentException(
                "holds an encrypted key, and nobody is there to type the pass phrase;"
                    + " decrypt it with openssl pkey");
        default -> {
          // Certificates and curve parameters may stand in the same file.
        }
      }
    }
    throw new IllegalArgumentException("holds no private key in PEM form");
  }

  private static PrivateKey parse(byte[] pkcs8) {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        // Not that kind of key.
      }
    }
    throw new IllegalArgumentException("holds a private key that cannot be read");
  }

  private static List<Block> blocks(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + FileTrouble.inWords(e), e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(2).contains("Proc-Type")) {
        throw new IllegalArgumentException(
            "holds an encrypted key, and nobody is there to type the pass phrase;"
                + " decrypt it with openssl pkey");
      }
      blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
    }
    return blocks;
  }

  /** The identifier of the curve, which an EC key in the older form carries inside (RFC 5915). */
  private static byte[] curveOf(byte[] key) {
    int at = bodyAt(key, 0);
    at = bodyAt(key, at) + lengthAt(key, at); // the version
    at = bodyAt(key, at) + lengthAt(key, at); // the secret number
    if (at >= key.length || (key[at] & 0xFF) != CURVE) {
      throw new IllegalArgumentException("holds an EC key that does not name its curve");
    }
    int from = bodyAt(key, at);
    return Arrays.copyOfRange(key, from, from + lengthAt(key, at));
  }

  /** Where the body of the DER element at {@code at} begins. */
  private static int bodyAt(byte[] der, int at) {
    if (at + 2 > der.length) {
      throw new IllegalArgumentException("holds a private key that is cut off");
    }
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int lengthAt(byte[] der, int at) {
    int body = bodyAt(der, at);
    int first = der[at + 1] & 0xFF;
    int length = first < 0x80 ? first : 0;
    if (first >= 0x80) {
      for (int i = at + 2; i < body && i < der.length; i++) {
        length = (length << 8) | (der[i] & 0xFF);
      }
    }
    if (length < 0 || length > der.length - body) {
      throw new IllegalArgumentException("holds a private key that is cut off");
    }
    return length;
  }

  private static byte[] sequence(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] body = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, body, at, part.length);
      at += part.length;
    }
    return der(SEQUENCE, body);
  }

  private static byte[] der(int tag, byte[] body) {
    int lengthBytes = body.length < 0x80 ? 0 : body.length < 0x100 ? 1 : 2;
    byte[] element = new byte[2 + lengthBytes + body.length];
    element[0] = (byte) tag;
    element[1] = (byte) (lengthBytes == 0 ? body.length : 0x80 | lengthBytes);
    for (int i = 0; i < lengthBytes; i++) {
      element[2 + i] = (byte) (body.length >>> (8 * (lengthBytes - 1 - i)));
    }
    System.arraycopy(body, 0, element, 2 + lengthBytes, body.length);
    return element;
  }
}

package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the encryption of one side, the files with keys and certificates included. */
final class TlsReader {

  private static final Map<String, List<String>> PROTOCOLS =
      Map.of(
          "secure",
          TlsConfig.SECURE_PROTOCOLS,
          "all",
          TlsConfig.SECURE_PROTOCOLS,
          "tlsv1.2",
          List.of("TLSv1.2"),
          "tlsv1.3",
          List.of("TLSv1.3"));
  private static final List<String> CIPHER_SHORTCUTS =
      List.of("default", "secure", "normal", "fast");

  private final Settings main;
  private final Path file;
  private final String side;
  private final String prefix;

  /**
   * @param side {@code client} or {@code server}, with which the keys begin
   */
  TlsReader(Settings main, Path file, String side) {
    this(main, file, side, side + "_tls_");
  }

  private TlsReader(Settings main, Path file, String side, String prefix) {
    this.main = main;
    this.file = file;
    this.side = side;
    this.prefix = prefix;
  }

  /** For {@code tls_key_file} and {@code tls_cert_file} of {@code [http]}. */
  static TlsReader forHttp(Settings http, Path file) {
    return new TlsReader(http, file, "http", "tls_");
  }

  /** Only what is needed to be somebody: none, or a key with its certificate. */
  TlsMaterial keyPair() {
    Optional<Path> keyFile = main.optionalPath(key("key_file"));
    Optional<Path> certFile = main.optionalPath(key("cert_file"));
    if (keyFile.isPresent() != certFile.isPresent()) {
      String given = key(keyFile.isPresent() ? "key_file" : "cert_file");
      String missing = key(keyFile.isPresent() ? "cert_file" : "key_file");
      main.problem(given, file, 0, "needs " + missing + " as well");
      return TlsMaterial.NONE;
    }
    return keyFile.isEmpty()
        ? TlsMaterial.NONE
        : material(TlsMode.REQUIRE, keyFile, certFile, Optional.empty());
  }

  TlsConfig read() {
    TlsMode mode = main.choice(key("sslmode"), TlsMode.class);
    Optional<Path> keyFile = main.optionalPath(key("key_file"));
    Optional<Path> certFile = main.optionalPath(key("cert_file"));
    Optional<Path> caFile = main.optionalPath(key("ca_file"));
    List<String> protocols = main.read(key("protocols"), TlsReader::protocols);
    List<TlsCipher> ciphers = main.read(key("ciphers"), TlsReader::ciphers);
    TlsMaterial material =
        mode == TlsMode.DISABLE ? TlsMaterial.NONE : material(mode, keyFile, certFile, caFile);
    return new TlsConfig(
        mode, keyFile, certFile, caFile, protocols, ciphers, material, direct(mode));
  }

  /** As libpq has it: who starts TLS at once cannot go on without it. */
  private boolean direct(TlsMode mode) {
    if (side.equals("client")) {
      return false; // clients do as they like
    }
    TlsNegotiation negotiation = main.choice(key("sslnegotiation"), TlsNegotiation.class);
    boolean direct = negotiation == TlsNegotiation.DIRECT;
    if (direct && mode != TlsMode.DISABLE && !mode.isRequired()) {
      main.problem(
          key("sslnegotiation"),
          file,
          0,
          "= direct cannot fall back to plain text; set "
              + key("sslmode")
              + " to require, verify-ca or verify-full");
    }
    return direct;
  }

  private String key(String rest) {
    return prefix + rest;
  }

  // ---- words ----

  private static List<String> protocols(String value) {
    List<String> wanted = new ArrayList<>();
    for (String word : Values.list(value.toLowerCase(Locale.ROOT))) {
      List<String> versions = PROTOCOLS.get(word);
      if (versions == null) {
        throw new IllegalArgumentException(
            word.equals("tlsv1.0") || word.equals("tlsv1.1") || word.equals("legacy")
                ? "is not supported: versions before TLS 1.2 are broken; write secure"
                : "is unknown; write secure, all, or some of tlsv1.2, tlsv1.3");
      }
      wanted.addAll(versions);
    }
    return wanted.isEmpty()
        ? TlsConfig.SECURE_PROTOCOLS
        : TlsConfig.SECURE_PROTOCOLS.stream().filter(wanted::contains).toList();
  }

  private static List<TlsCipher> ciphers(String value) {
    if (value.isEmpty() || CIPHER_SHORTCUTS.contains(value.toLowerCase(Locale.ROOT))) {
      return List.of();
    }
    List<TlsCipher> ciphers = new ArrayList<>();
    for (String name : value.split("[:,\\s]+", -1)) {
      ciphers.add(
          TlsCipher.named(name)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "has "
                          + name
                          + ", which is not supported; write default, or some of "
                          + TlsCipher.allNames())));
    }
    return ciphers;
  }

  // ---- files ----

  private TlsMaterial material(
      TlsMode mode, Optional<Path> keyFile, Optional<Path> certFile, Optional<Path> caFile) {
    List<X509Certificate> chain =
        fromFile("cert_file", certFile, PemFile::certificates).orElse(List.of());
    Optional<PrivateKey> privateKey = fromFile("key_file", keyFile, PemFile::privateKey);
    List<X509Certificate> authorities =
        fromFile("ca_file", caFile, PemFile::certificates).orElse(List.of());
    boolean needsKey = side.equals("client") || keyFile.isPresent() || certFile.isPresent();
    if (needsKey && (keyFile.isEmpty() || certFile.isEmpty())) {
      main.problem(
          key("sslmode"),
          file,
          0,
          "needs "
              + key("key_file")
              + " and "
              + key("cert_file")
              + "; name the files with the private key and its certificate");
    }
    if (mode.verifies() && caFile.isEmpty()) {
      main.problem(
          key("sslmode"),
          file,
          0,
          "needs " + key("ca_file") + "; name the file with the authorities to trust");
    }
    if (privateKey.isPresent() && !chain.isEmpty() && !belong(privateKey.get(), chain.getFirst())) {
      main.problem(
          key("key_file"), file, 0, "does not belong to the certificate in " + key("cert_file"));
    }
    checkValidity(chain);
    return new TlsMaterial(privateKey, chain, authorities);
  }

  /** Nobody would accept it: better to say so now than at each handshake. */
  private void checkValidity(List<X509Certificate> chain) {
    for (X509Certificate certificate : chain) {
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException _) {
        main.problem(
            key("cert_file"),
            file,
            0,
            "holds a certificate that expired on "
                + certificate.getNotAfter().toInstant()
                + ", of "
                + certificate.getSubjectX500Principal()
                + "; put a renewed one there");
      } catch (CertificateNotYetValidException _) {
        main.problem(
            key("cert_file"),
            file,
            0,
            "holds a certificate that is not valid before "
                + certificate.getNotBefore().toInstant()
                + ", of "
                + certificate.getSubjectX500Principal()
                + "; wait until then, or check the clock");
      }
    }
  }

  /** What a file holds; empty when there is none, or when it was reported. */
  private <T> Optional<T> fromFile(String rest, Optional<Path> path, Function<Path, T> reader) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    main.reading(path.get());
    try {
      return Optional.of(reader.apply(path.get()));
    } catch (IllegalArgumentException e) {
      main.problem(key(rest), file, 0, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Whether what the key signs is what the certificate vouches for. */
  private static boolean belong(PrivateKey key, X509Certificate certificate) {
    PublicKey other = certificate.getPublicKey();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA", "RSASSA-PSS" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      byte[] words = {'p', 'r', 'o', 'o', 'f'};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(words);
      byte[] signed = signature.sign();
      signature.initVerify(other);
      signature.update(words);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

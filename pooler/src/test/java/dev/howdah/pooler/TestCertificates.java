package dev.howdah.pooler;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** An authority and what it has signed, as files of one directory. */
public final class TestCertificates {
  private final Path folder;
  private final X509Bundle authority;

  /** A new authority; its certificate is in {@code ca.crt}. */
  public TestCertificates(Path folder) {
    this.folder = folder;
    try {
      authority =
          new CertificateBuilder()
              .algorithm(Algorithm.ecp256)
              .subject("CN=Test authority")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException("no authority", e);
    }
    write("ca.crt", authority.getCertificatePEM());
  }

  /** Signs for a name; the files are {@code name.crt} and {@code name.key}. */
  public X509Bundle issue(String name) {
    return issue(name, Instant.now().plus(30, ChronoUnit.DAYS));
  }

  /** The same, valid until {@code end}, which may be in the past. */
  public X509Bundle issue(String name, Instant end) {
    try {
      X509Bundle bundle =
          new CertificateBuilder()
              .algorithm(Algorithm.ecp256)
              .subject("CN=" + name)
              .addSanDnsName(name)
              .notBefore(end.minus(60, ChronoUnit.DAYS))
              .notAfter(end)
              .buildIssuedBy(authority);
      write(name + ".crt", bundle.getCertificatePEM());
      write(name + ".key", bundle.getPrivateKeyPEM());
      return bundle;
    } catch (Exception e) {
      throw new IllegalStateException("no certificate for " + name, e);
    }
  }

  /** A file of the directory. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

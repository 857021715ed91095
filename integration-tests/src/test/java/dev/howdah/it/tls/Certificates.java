package dev.howdah.it.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An authority and what it has signed, as files of one directory: {@code ca.crt} and so on. */
public final class Certificates {
  private final Path folder;
  private final X509Bundle authority;

  /** A new authority that has signed for {@code localhost}. */
  public Certificates(Path folder) throws Exception {
    this.folder = folder;
    authority =
        new CertificateBuilder()
            .algorithm(Algorithm.rsa2048)
            .subject("CN=Test authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    write("ca.crt", authority.getCertificatePEM());
    issue("localhost");
  }

  /** Signs for a name; the files are {@code name.crt} and {@code name.key}. */
  public void issue(String name) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .algorithm(Algorithm.rsa2048)
            .subject("CN=" + name)
            .addSanDnsName(name)
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    write(name + ".crt", bundle.getCertificatePEM());
    write(name + ".key", bundle.getPrivateKeyPEM());
  }

  X509Bundle authority() {
    return authority;
  }

  /** One of the files. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  private void write(String name, String text) {
    try {
      Path file = Files.writeString(folder.resolve(name), text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

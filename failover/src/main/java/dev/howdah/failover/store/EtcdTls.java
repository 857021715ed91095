package dev.howdah.failover.store;

import io.etcd.jetcd.ClientBuilder;
import javax.net.ssl.SSLException;

/** TLS towards etcd. The only class here that names one of Netty's, which jetcd's builder takes. */
final class EtcdTls {

  private EtcdTls() {}

  /**
   * Sets it up.
   *
   * @throws IllegalArgumentException if a file is no certificate or key
   */
  static void configure(ClientBuilder builder, EtcdOptions.Tls tls) {
    try {
      builder.sslContext(context -> {
        tls.authorities().ifPresent(file -> context.trustManager(file.toFile()));
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
          context.keyManager(tls.certificate().get().toFile(), tls.key().get().toFile());
        }
      });
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS towards etcd: " + e.getMessage(), e);
    }
  }
}

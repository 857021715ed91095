package dev.howdah.failover.store;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach etcd.
 *
 * @param endpoints client URLs of the members, {@code http} or {@code https}
 * @param prefix before every key, such as {@code /howdah/main/}
 * @param login absent where etcd asks for none
 * @param tls used for {@code https} endpoints
 * @param attempt how long one request may take
 * @param hedgeAfter after how long without an answer a read is also sent to the next endpoint
 */
public record EtcdOptions(
    List<URI> endpoints,
    String prefix,
    Optional<Login> login,
    Tls tls,
    Duration attempt,
    Duration hedgeAfter) {

  /** A user of etcd. */
  public record Login(String user, String password) {
    /** Leaves the password out. */
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  /**
   * Files in PEM form.
   *
   * @param authorities who may have signed the members' certificates; absent for those the Java
   *     runtime trusts
   * @param certificate of this client, together with {@code key}
   * @param key PKCS 8
   */
  public record Tls(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
    /** No files. */
    public static final Tls DEFAULTS =
        new Tls(Optional.empty(), Optional.empty(), Optional.empty());

    public Tls {
      if (certificate.isPresent() != key.isPresent()) {
        throw new IllegalArgumentException(
            "a client certificate for etcd needs a key, and a key one");
      }
    }
  }

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("etcd needs at least one endpoint");
    }
    for (URI endpoint : endpoints) {
      boolean known = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
      if (!known || endpoint.getHost() == null || endpoint.getPort() < 1) {
        throw new IllegalArgumentException(
            "an etcd endpoint looks like http://10.0.0.21:2379, not " + endpoint);
      }
    }
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException("the prefix of keys ends with a slash, not " + prefix);
    }
  }

  /** Without login or TLS files, 300 ms per attempt, hedged after 100 ms. */
  public static EtcdOptions of(List<URI> endpoints, String prefix) {
    return new EtcdOptions(
        endpoints,
        prefix,
        Optional.empty(),
        Tls.DEFAULTS,
        Duration.ofMillis(300),
        Duration.ofMillis(100));
  }

  /** The same with a user. */
  public EtcdOptions withLogin(String user, String password) {
    return new EtcdOptions(
        endpoints, prefix, Optional.of(new Login(user, password)), tls, attempt, hedgeAfter);
  }

  /** The same with TLS files. */
  public EtcdOptions withTls(Tls files) {
    return new EtcdOptions(endpoints, prefix, login, files, attempt, hedgeAfter);
  }

  /**
   * The same for a process that asks a few times and ends: its first request takes longer than all
   * others, and nobody's lease depends on it.
   */
  public EtcdOptions unhurried() {
    return new EtcdOptions(
        endpoints, prefix, login, tls, Duration.ofSeconds(3), Duration.ofMillis(500));
  }
}

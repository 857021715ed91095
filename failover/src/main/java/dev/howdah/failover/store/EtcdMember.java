package dev.howdah.failover.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One member of the etcd cluster, by a client of its own, so that a request goes to this member and
 * no other. Its futures complete late or never; deadlines are the caller's business.
 */
final class EtcdMember implements AutoCloseable {

  private final URI endpoint;
  private final String prefix;
  private final Client client;

  EtcdMember(URI endpoint, EtcdOptions options) {
    this.endpoint = endpoint;
    this.prefix = options.prefix();
    ClientBuilder builder =
        Client.builder()
            .endpoints(endpoint)
            .connectTimeout(options.attempt())
            // Several at once cost little and tell a silent connection from an idle one.
            .keepaliveTime(Duration.ofSeconds(1))
            .keepaliveTimeout(Duration.ofSeconds(1))
            .keepaliveWithoutCalls(true)
            // We try again ourselves; a retry in there would hide when a request was really sent.
            .retryMaxAttempts(1)
            .waitForReady(false);
    options
        .login()
        .ifPresent(login -> builder.user(bytes(login.user())).password(bytes(login.password())));
    if ("https".equals(endpoint.getScheme())) {
      EtcdTls.configure(builder, options.tls());
    }
    client = builder.build();
  }

  /** A transaction without conditions; of reads only, so etcd answers it linearizably. */
  CompletableFuture<Snapshot> read(List<String> selectors) {
    Op[] reads =
        selectors.stream()
            .map(selector ->
                Op.get(
                    bytes(prefix + selector),
                    selector.endsWith("/")
                        ? GetOption.builder().isPrefix(true).build()
                        : GetOption.DEFAULT))
            .toArray(Op[]::new);
    return client.getKVClient().txn().Then(reads).commit().thenApply(this::snapshot);
  }

  private Snapshot snapshot(TxnResponse response) {
    NavigableMap<String, Versioned> entries = new TreeMap<>();
    for (GetResponse read : response.getGetResponses()) {
      for (KeyValue found : read.getKvs()) {
        String key = found.getKey().toString(UTF_8).substring(prefix.length());
        entries.put(key, new Versioned(found.getValue().toString(UTF_8), found.getModRevision()));
      }
    }
    return new Snapshot(response.getHeader().getRevision(), entries);
  }

  CompletableFuture<WriteResult> write(GuardedWrite write) {
    Cmp[] guards =
        write.guards().stream()
            .map(guard ->
                new Cmp(
                    bytes(prefix + guard.key()),
                    Cmp.Op.EQUAL,
                    CmpTarget.modRevision(guard.revision())))
            .toArray(Cmp[]::new);
    Op[] changes =
        write.changes().stream()
            .map(change -> {
              ByteSequence key = bytes(prefix + change.key());
              return change.value().isPresent()
                  ? Op.put(key, bytes(change.value().get()), PutOption.DEFAULT)
                  : Op.delete(key, DeleteOption.DEFAULT);
            })
            .toArray(Op[]::new);
    Txn txn = client.getKVClient().txn().If(guards).Then(changes);
    return txn.commit()
        .thenApply(response ->
            response.isSucceeded()
                ? new WriteResult.Applied(response.getHeader().getRevision())
                : new WriteResult.Refused());
  }

  /**
   * Watches all keys under {@code under}; {@code WithRequireLeader} makes a member without a leader
   * end the watch instead of keeping quiet.
   */
  Watch.Watcher watch(String under, Watch.Listener listener) {
    return client
        .getWatchClient()
        .watch(
            bytes(prefix + under),
            WatchOption.builder().isPrefix(true).withRequireLeader(true).build(),
            listener);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}

package dev.howdah.failover.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract against three real members, and what only happens with those. */
class EtcdStoreTest extends StoreContract {

  private static @Nullable EtcdProcess etcd;
  private static int clusters;

  private EtcdStore store = new EtcdStore(options(List.of(URI.create("http://127.0.0.1:1"))));

  @BeforeAll
  static void start_etcd() throws Exception {
    etcd = EtcdProcess.start(3).orElse(null);
    assumeTrue(etcd != null, "etcd is not installed");
    try (EtcdStore first = new EtcdStore(options(etcd.endpoints()))) {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (first.write(GuardedWrite.put("ready", 0, "x")) instanceof WriteResult.Unknown why) {
        assertThat(System.nanoTime()).as(why.reason()).isLessThan(deadline);
      }
    }
  }

  @BeforeEach
  void connect() {
    clusters++;
    store.close();
    store = new EtcdStore(options(etcd().endpoints()));
  }

  @AfterEach
  void disconnect() {
    store.close();
  }

  @AfterAll
  static void stop_etcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @Override
  CoordinationStore store() {
    return store;
  }

  @Test
  void a_frozen_member_delays_a_read_by_the_hedge_only() throws Exception {
    applied(GuardedWrite.put("topology", 0, "t"));
    store.read(List.of("topology"));
    int failed = 0;
    etcd().freeze(0);
    try {
      for (int i = 0; i < 20; i++) {
        try {
          store.read(List.of("topology"));
        } catch (StoreUnavailableException _) {
          failed++;
        }
      }
    } finally {
      etcd().thaw(0);
    }

    // If the frozen one led, the other two need a second to elect another leader.
    assertThat(failed).isLessThan(20);
    assertThat(value("topology")).contains("t");
  }

  @Test
  void nobody_listening_is_told_within_the_deadline() throws IOException {
    try (EtcdStore nowhere = new EtcdStore(options(List.of(URI.create("http://127.0.0.1:1"))))) {
      assertThatThrownBy(() -> nowhere.read(List.of("topology")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("127.0.0.1:1");
    }
  }

  @Test
  void without_a_majority_writes_are_unknown_and_arrive_later_or_never_twice() throws Exception {
    long revision = applied(GuardedWrite.put("leader", 0, "0"));
    etcd().freeze(1);
    etcd().freeze(2);
    WriteResult lost;
    try {
      lost = store.write(GuardedWrite.put("leader", revision, "1"));
    } finally {
      etcd().thaw(1);
      etcd().thaw(2);
    }

    assertThat(lost).isInstanceOf(WriteResult.Unknown.class);
    // Whether it arrived or not: whoever writes by what is read now wins or is told.
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        long seen = store.read(List.of("leader")).revisionOf("leader");
        if (store.write(GuardedWrite.put("leader", seen, "2")) instanceof WriteResult.Applied) {
          assertThat(value("leader")).contains("2");
          return;
        }
      } catch (StoreUnavailableException _) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new AssertionError("etcd did not recover");
  }

  private static EtcdProcess etcd() {
    if (etcd == null) {
      throw new IllegalStateException("etcd was not started");
    }
    return etcd;
  }

  private static EtcdOptions options(List<URI> endpoints) {
    return EtcdOptions.of(endpoints, "/howdah/test-" + clusters + "/");
  }
}

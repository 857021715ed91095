package dev.howdah.failover.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every coordination store does. */
abstract class StoreContract {

  /** An empty store, closed by whoever runs the tests. */
  abstract CoordinationStore store();

  @Test
  void a_key_is_created_once() throws Exception {
    assertThat(store().write(GuardedWrite.put("topology", 0, "first")))
        .isInstanceOf(WriteResult.Applied.class);

    assertThat(store().write(GuardedWrite.put("topology", 0, "second")))
        .isInstanceOf(WriteResult.Refused.class);

    assertThat(value("topology")).contains("first");
  }

  @Test
  void a_write_tells_the_revision_that_guards_the_next_one() throws Exception {
    long first = applied(GuardedWrite.put("leader", 0, "a"));
    long second = applied(GuardedWrite.put("leader", first, "b"));

    assertThat(second).isGreaterThan(first);
    assertThat(store().write(GuardedWrite.put("leader", first, "late")))
        .isInstanceOf(WriteResult.Refused.class);
    assertThat(store().read(List.of("leader")).revisionOf("leader")).isEqualTo(second);
  }

  @Test
  void a_key_is_deleted_only_as_it_was_seen() throws Exception {
    long first = applied(GuardedWrite.put("poolers/a/1", 0, "x"));
    long second = applied(GuardedWrite.put("poolers/a/1", first, "y"));

    assertThat(store().write(GuardedWrite.delete("poolers/a/1", first)))
        .isInstanceOf(WriteResult.Refused.class);
    applied(GuardedWrite.delete("poolers/a/1", second));

    assertThat(value("poolers/a/1")).isEmpty();
    assertThat(store().read(List.of("poolers/a/1")).revisionOf("poolers/a/1")).isZero();
  }

  @Test
  void all_changes_happen_or_none() throws Exception {
    long seen = applied(GuardedWrite.put("a", 0, "1"));
    var both =
        new GuardedWrite(
            List.of(new Guard("a", seen), new Guard("b", 99)),
            List.of(
                new GuardedWrite.Change("a", Optional.of("2")),
                new GuardedWrite.Change("b", Optional.of("2"))));

    assertThat(store().write(both)).isInstanceOf(WriteResult.Refused.class);

    assertThat(value("a")).contains("1");
  }

  @Test
  void keys_and_prefixes_are_read_at_one_revision() throws Exception {
    applied(GuardedWrite.put("topology", 0, "t"));
    applied(GuardedWrite.put("poolers/a/1", 0, "pa"));
    long last = applied(GuardedWrite.put("poolers/b/1", 0, "pb"));
    applied(GuardedWrite.put("other", 0, "o"));

    Snapshot snapshot = store().read(List.of("topology", "missing", "poolers/"));

    assertThat(snapshot.entries().keySet())
        .containsExactly("poolers/a/1", "poolers/b/1", "topology");
    assertThat(snapshot.under("poolers/")).hasSize(2);
    assertThat(snapshot.revisionOf("poolers/b/1")).isEqualTo(last);
    assertThat(snapshot.revision()).isGreaterThan(last);
  }

  @Test
  void a_watch_hints_at_changes_under_its_prefix() throws Exception {
    var hints = new Semaphore(0);
    CoordinationStore.Watch watch = store().watch("poolers/", hints::release);
    try {
      // A watch may take a moment to be there, so the change is repeated until it is heard of.
      long revision = applied(GuardedWrite.put("poolers/a/1", 0, "x"));
      for (int attempt = 0; attempt < 50; attempt++) {
        if (hints.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          return;
        }
        revision = applied(GuardedWrite.put("poolers/a/1", revision, "x" + attempt));
      }
    } finally {
      watch.close();
    }
    throw new AssertionError("no hint within 5 s");
  }

  @Test
  void writing_a_key_without_guarding_it_is_impossible() {
    assertThatThrownBy(() ->
            new GuardedWrite(
                List.of(new Guard("a", 1)),
                List.of(new GuardedWrite.Change("b", Optional.of("x")))))
        .hasMessageContaining("b would be written without a guard");
  }

  long applied(GuardedWrite write) throws InterruptedException {
    WriteResult result = store().write(write);
    assertThat(result).isInstanceOf(WriteResult.Applied.class);
    return ((WriteResult.Applied) result).revision();
  }

  Optional<String> value(String key) throws Exception {
    return store().read(List.of(key)).get(key).map(Versioned::value);
  }
}

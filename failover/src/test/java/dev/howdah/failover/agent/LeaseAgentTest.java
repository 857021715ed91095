package dev.howdah.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.topology.WriteLease;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaseAgentTest {

  private static final ProcessIdentity IDENTITY = new ProcessIdentity("p1", "boot", "");

  private final InMemoryStore store = new InMemoryStore();
  private final NodeObserver observer =
      new NodeObserver(List.of(), new NodeCredentials("howdah", Optional.empty(), "postgres"));

  @Test
  void one_that_nobody_followed_can_be_closed() {
    LeaseAgent agent = new LeaseAgent(IDENTITY, store, observer);

    assertThat(agent.lease()).isEqualTo(WriteLease.NONE);
    assertThatCode(agent::close).doesNotThrowAnyException();
  }

  @Test
  void a_registration_is_taken_back_and_others_are_left_alone() {
    String own = Keys.pooler("p1", "boot");
    String other = Keys.pooler("p1", "another-boot");
    store.write(GuardedWrite.put(own, 0, "{}"));
    store.write(GuardedWrite.put(other, 0, "{}"));

    Registrar.leave(store, own);

    assertThat(store.dump()).containsOnlyKeys(other);
  }
}

package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.peer.PeerMark;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys that name the pooler which issued them; those without are in ClientSessionTest. */
class CancelKeysTest {
  private static final int PEER_ID = 0x1234;

  private final CancelKeys keys = new CancelKeys(new SecureRandom(), PEER_ID);

  private static final class Target implements CancelTarget {
    @Override
    public EventLoop loop() {
      return new EmbeddedChannel().eventLoop();
    }

    @Override
    public void cancelRunning(Runnable onDone) {
      onDone.run();
    }
  }

  @Test
  void short_and_long_keys_name_their_pooler_and_may_be_forwarded_three_times() {
    for (boolean longSecret : new boolean[] {false, true}) {
      CancelKeys.Key key = keys.issue(new Target(), longSecret);

      assertThat(key.processId()).isPositive();
      assertThat(PeerMark.peerIdOf(key.processId())).isEqualTo(PEER_ID);
      assertThat(PeerMark.hopsLeft(key.secret())).isEqualTo(PeerMark.HOPS_MAX);
      assertThat(key.secret().length()).isEqualTo(longSecret ? 32 : 4);
    }
  }

  @Test
  void a_key_is_found_whatever_hops_are_left() {
    Target target = new Target();
    CancelKeys.Key key = keys.issue(target, false);

    for (int hops = 0; hops <= PeerMark.HOPS_MAX; hops++) {
      assertThat(keys.find(key.processId(), PeerMark.withHops(key.secret(), hops)))
          .isSameAs(target);
    }
    byte[] wrong = key.secret().toArray();
    wrong[3] ^= 4;
    assertThat(keys.find(key.processId(), new CancelSecret(Bytes.copyOf(wrong)))).isNull();
  }

  @Test
  void the_servers_process_id_gives_way_to_the_mark() {
    CancelKeys.Key key = keys.issueAs(new Target(), 4711);

    assertThat(PeerMark.peerIdOf(key.processId())).isEqualTo(PEER_ID);
  }

  @Test
  void more_clients_than_process_ids_have_keys_of_their_own() {
    int clients = 3 << 14;
    Set<CancelKeys.Key> issued = new HashSet<>();
    Target last = new Target();
    for (int i = 0; i < clients; i++) {
      issued.add(keys.issue(new Target(), false));
    }
    CancelKeys.Key key = keys.issue(last, false);

    assertThat(issued).hasSize(clients).doesNotContain(key);
    assertThat(keys.find(key.processId(), key.secret())).isSameAs(last);
    issued.forEach(keys::revoke);
    assertThat(keys.find(key.processId(), key.secret())).isSameAs(last);
    CancelKeys.Key revoked = issued.iterator().next();
    assertThat(keys.find(revoked.processId(), revoked.secret())).isNull();
  }

  @Test
  void while_there_are_few_clients_each_has_a_process_id_of_its_own() {
    Set<Integer> processIds = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      processIds.add(keys.issue(new Target(), false).processId());
    }

    assertThat(processIds).hasSize(2_000);
  }
}

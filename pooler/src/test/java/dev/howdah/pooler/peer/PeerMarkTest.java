package dev.howdah.pooler.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.PeeringConfig;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerMarkTest {

  @Test
  void the_id_stands_where_pgbouncer_puts_it() {
    // Bytes of the process id: random without the sign, low byte, high byte, random.
    assertThat(PeerMark.on(0xFFFFFFFF, 0x0102)).isEqualTo(0x7F0201FF);
    assertThat(PeerMark.on(0, 0x0102)).isEqualTo(0x00020100);
    assertThat(PeerMark.peerIdOf(0x7F0201FF)).isEqualTo(0x0102);
  }

  @Test
  void every_id_is_read_back_from_every_process_id() {
    Random random = new Random(1);
    for (int id = 1; id <= PeeringConfig.ID_MAX; id++) {
      int marked = PeerMark.on(random.nextInt(), id);

      assertThat(PeerMark.peerIdOf(marked)).isEqualTo(id);
      assertThat(marked).isPositive();
    }
  }

  @Test
  void hops_are_the_lowest_bits_of_the_last_byte() {
    var secret = new CancelSecret(Bytes.copyOf(new byte[] {1, 2, 3, (byte) 0xFE}));

    assertThat(PeerMark.hopsLeft(secret)).isEqualTo(2);
    assertThat(PeerMark.withHops(secret, 3).toArray()).containsExactly(1, 2, 3, 0xFF);
    assertThat(PeerMark.withHops(secret, 0).toArray()).containsExactly(1, 2, 3, 0xFC);
  }

  @Test
  void hops_of_a_long_secret_stand_in_its_last_byte_too() {
    CancelSecret secret = CancelSecret.random(new SecureRandom(), 32);

    CancelSecret marked = PeerMark.withHops(secret, 1);

    assertThat(PeerMark.hopsLeft(marked)).isEqualTo(1);
    assertThat(marked.toArray()).startsWith(Arrays.copyOf(secret.toArray(), 31));
  }
}

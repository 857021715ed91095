package dev.howdah.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.DnsConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class HostResolverTest {
  private static final String NO_HOST = "x".repeat(300); // no query is ever sent for such a name

  private final Queue<Runnable> lookUps = new ArrayDeque<>();
  private long now = Long.MAX_VALUE - 5; // wraps around
  private final HostResolver resolver =
      new HostResolver(
          lookUps::add,
          () -> new DnsConfig(Duration.ofNanos(100), Duration.ofNanos(10)),
          () -> now);

  @Test
  void an_address_needs_no_look_up() throws UnknownHostException {
    assertThat(resolver.resolve("192.0.2.1").toCompletableFuture())
        .isCompletedWithValueMatching(
            found -> found.getFirst().getHostAddress().equals("192.0.2.1"));
    assertThat(resolver.resolve("::1").toCompletableFuture()).isCompleted();
    assertThat(lookUps).isEmpty();
  }

  @Test
  void a_name_is_looked_up_once_and_remembered() {
    var first = resolver.resolve("localhost").toCompletableFuture();
    assertThat(first).isNotDone();
    lookUps.remove().run();
    now += 99;

    assertThat(resolver.resolve("localhost").toCompletableFuture()).isSameAs(first).isCompleted();
    assertThat(lookUps).isEmpty();
  }

  @Test
  void an_old_answer_is_asked_for_again() {
    resolver.resolve("localhost");
    lookUps.remove().run();
    now += 100;

    resolver.resolve("localhost");

    assertThat(lookUps).hasSize(1);
  }

  @Test
  void a_failure_is_remembered_for_a_shorter_time() {
    var failed = resolver.resolve(NO_HOST).toCompletableFuture();
    lookUps.remove().run();
    assertThat(failed)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(UnknownHostException.class);

    now += 9;
    resolver.resolve(NO_HOST);
    assertThat(lookUps).isEmpty();
    now += 1;
    resolver.resolve(NO_HOST);
    assertThat(lookUps).hasSize(1);
  }

  @Test
  void a_connection_is_current_until_another_answer_is_known() {
    ServerIdentity here = identity("localhost", InetAddress.getLoopbackAddress());
    ServerIdentity elsewhere = identity("localhost", InetAddress.ofLiteral("192.0.2.1"));

    assertThat(resolver.isCurrent(elsewhere)).as("not known yet").isTrue();
    lookUps.remove().run();

    assertThat(resolver.isCurrent(elsewhere)).isFalse();
    assertThat(resolver.isCurrent(here)).isTrue();
  }

  @Test
  void a_connection_stays_current_when_its_name_cannot_be_resolved_any_more() {
    ServerIdentity server = identity(NO_HOST, InetAddress.ofLiteral("192.0.2.1"));
    assertThat(resolver.isCurrent(server)).isTrue();
    lookUps.remove().run();

    assertThat(resolver.isCurrent(server)).isTrue();
  }

  @Test
  void a_connection_to_an_address_is_always_current() {
    assertThat(resolver.isCurrent(FakeServers.identity(1))).isTrue();
    assertThat(lookUps).isEmpty();
  }

  private static ServerIdentity identity(String host, InetAddress address) {
    return new ServerIdentity(
        new Endpoint(host, 5432),
        new InetSocketAddress(address, 5432),
        1,
        new CancelSecret(Bytes.copyOf(new byte[4])),
        Map.of());
  }
}

package dev.howdah.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoResultTest {

  @Test
  void all_is_well_when_both_nodes_have_every_acknowledged_order() {
    DemoResult result = result(100, 0, books(100, 100), Optional.of(books(100, 100)));

    assertThat(result.faults()).isEmpty();
    assertThat(result.lines()).last().asString().startsWith("checked: 100 orders");
  }

  @Test
  void a_lost_order_is_a_fault() {
    DemoResult result = result(100, 0, books(99, 99), Optional.of(books(99, 99)));

    assertThat(result.faults())
        .containsExactly("the primary has 99 orders, clients were told of 100");
    assertThat(result.lines()).anyMatch(line -> line.startsWith("WRONG: "));
  }

  @Test
  void an_order_nobody_was_told_of_is_a_fault_unless_its_commit_broke() {
    assertThat(result(100, 0, books(101, 101), Optional.of(books(101, 101))).faults()).hasSize(1);
    assertThat(result(100, 1, books(101, 101), Optional.of(books(101, 101))).faults()).isEmpty();
  }

  @Test
  void half_a_transaction_is_a_fault() {
    assertThat(result(100, 0, books(100, 99), Optional.of(books(100, 99))).faults())
        .containsExactly("the shelves lack 99 products, the order book has 100");
  }

  @Test
  void a_standby_that_lags_or_differs_is_a_fault() {
    assertThat(result(100, 0, books(100, 100), Optional.empty()).faults())
        .containsExactly("the standby did not catch up");
    assertThat(result(100, 0, books(100, 100), Optional.of(books(99, 99))).faults()).hasSize(1);
  }

  @Test
  void the_ninety_ninth_percentile_is_right_within_ten_percent() {
    var waits = new WaitTimes();
    for (int millis = 1; millis <= 1000; millis++) {
      waits.record(Duration.ofMillis(millis).toNanos());
    }

    assertThat(waits.percentile(0.99)).isBetween(Duration.ofMillis(990), Duration.ofMillis(1090));
    assertThat(new WaitTimes().percentile(0.99)).isZero();
  }

  @Test
  void the_next_free_port_is_taken_when_the_first_is_in_use() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(DemoConfiguration.freePort(taken.getLocalPort()))
          .isGreaterThan(taken.getLocalPort());
    }
  }

  @Test
  void the_pooler_knows_both_nodes_and_finds_the_primary_among_them() {
    String text =
        DemoConfiguration.text(
            new DemoOptions(0, 300, 10, 6432),
            new Endpoint("127.0.0.1", 15432),
            new Endpoint("127.0.0.1", 15433),
            6433,
            Path.of("/tmp/userlist.txt"));

    assertThat(text.lines())
        .startsWith("[nodes]", "pg1 = host=127.0.0.1 port=15432", "pg2 = host=127.0.0.1 port=15433")
        .contains(
            "shop = cluster=main",
            "listen_port = 6433",
            "pool_mode = transaction",
            "default_pool_size = 10");
  }

  private static Shop.Books books(long orders, long sold) {
    return new Shop.Books(orders, sold);
  }

  private static DemoResult result(
      long acknowledged, long inDoubt, Shop.Books primary, Optional<Shop.Books> standby) {
    return new DemoResult(
        300,
        Duration.ofSeconds(10),
        acknowledged,
        inDoubt,
        inDoubt,
        Optional.empty(),
        10,
        primary,
        standby);
  }
}

package dev.howdah.failover.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.decide.EvidenceTracker.Outcome;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeWatcherTest {

  @Test
  void what_the_server_says_itself_is_told_apart_by_its_sqlstate() {
    assertThat(outcome("57P03", null, false)).isEqualTo(Outcome.STARTING);
    assertThat(outcome("57P01", null, true)).isEqualTo(Outcome.RESET);
    assertThat(outcome("53300", null, false)).isEqualTo(Outcome.UNWELCOME);
    assertThat(outcome("28P01", null, false)).isEqualTo(Outcome.UNWELCOME);
  }

  @Test
  void what_the_network_says_is_told_apart_by_its_cause() {
    assertThat(outcome("08001", new ConnectException("Connection refused"), false))
        .isEqualTo(Outcome.REFUSED);
    assertThat(outcome("08001", new ConnectException("No route to host"), false))
        .isEqualTo(Outcome.TIMED_OUT);
    assertThat(outcome("08006", new EOFException(), true)).isEqualTo(Outcome.RESET);
    assertThat(outcome("08006", new SocketException("Connection reset"), true))
        .isEqualTo(Outcome.RESET);
    assertThat(outcome("08006", new SocketTimeoutException(), true)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(outcome("08001", null, false)).isEqualTo(Outcome.TIMED_OUT);
  }

  private static Outcome outcome(String state, @Nullable Exception cause, boolean held) {
    return NodeWatcher.outcomeOf(new SQLException("failed", state, cause), held);
  }
}

package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientStateTest {

  @Test
  void only_these_transitions_are_possible() {
    List<String> possible = new ArrayList<>();
    for (ClientState from : ClientState.values()) {
      for (ClientState to : ClientState.values()) {
        if (from.mayBecome(to)) {
          possible.add(from + " " + to);
        }
      }
    }

    assertThat(possible)
        .containsExactlyInAnyOrder(
            "LOGGING_IN IDLE",
            "LOGGING_IN LINKED",
            "LOGGING_IN CLOSED",
            "IDLE WAITING",
            "IDLE CLOSED",
            "WAITING IDLE",
            "WAITING LINKED",
            "WAITING CLOSED",
            "LINKED IDLE",
            "LINKED CLOSED");
  }
}

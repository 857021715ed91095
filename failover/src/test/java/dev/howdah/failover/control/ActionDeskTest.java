package dev.howdah.failover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.NodeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ActionDeskTest {
  private static final NodeAction ACTION =
      new NodeAction.StopReceiver(NodeSpec.of("pg2", new Endpoint("127.0.0.1", 5432)));

  private final List<Ticket> begun = new ArrayList<>();
  private final ActionDesk desk = new ActionDesk(new Port());

  @Test
  void an_action_that_ended_may_follow_at_once() {
    desk.ask(ACTION, 0, 0);
    desk.ended(begun.getFirst(), new ActionOutcome.Done());

    desk.ask(ACTION, 1, 0);

    assertThat(begun).hasSize(2);
  }

  @Test
  void one_that_has_failed_is_not_repeated_at_once() {
    desk.ask(ACTION, 0, 0);
    desk.ended(begun.getFirst(), new ActionOutcome.Failed("refused"));

    desk.ask(ACTION, TimeUnit.MILLISECONDS.toNanos(50), 0);
    assertThat(begun).hasSize(1);
    desk.ask(ACTION, TimeUnit.MILLISECONDS.toNanos(150), 0);

    assertThat(begun).hasSize(2);
  }

  private final class Port implements ControllerPort {
    @Override
    public void read(List<String> selectors) {}

    @Override
    public void write(Purpose purpose, GuardedWrite write) {}

    @Override
    public void act(Ticket ticket) {
      begun.add(ticket);
    }

    @Override
    public void report(String sentence) {}

    @Override
    public long wallClockMillis() {
      return 0;
    }
  }
}

package dev.howdah.failover.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.NodeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookTest {

  private static final NodeSpec NODE = NodeSpec.of("pg1", new Endpoint("10.0.0.11", 5432));

  @Test
  void a_command_finds_what_it_is_about_in_its_environment(@TempDir Path folder) throws Exception {
    Path seen = folder.resolve("seen");

    ActionOutcome outcome =
        run("env | grep ^HOWDAH_ | sort > '" + seen + "'", Duration.ofSeconds(30));

    assertThat(outcome).isEqualTo(new ActionOutcome.Done());
    assertThat(Files.readAllLines(seen))
        .containsExactly(
            "HOWDAH_ACTION=rejoin",
            "HOWDAH_NODE=pg1",
            "HOWDAH_NODE_HOST=10.0.0.11",
            "HOWDAH_NODE_PORT=5432",
            "HOWDAH_PRIMARY=pg2");
  }

  @Test
  void a_command_that_fails_or_takes_too_long_is_told() throws Exception {
    assertThat(run("exit 3", Duration.ofSeconds(30)))
        .isEqualTo(new ActionOutcome.Failed("rejoin_command ended with status 3"));
    assertThat(run("sleep 100", Duration.ofSeconds(1)))
        .isEqualTo(new ActionOutcome.Failed("rejoin_command took longer than 1 s"));
  }

  @Test
  void without_a_command_nothing_is_done() throws Exception {
    assertThat(Hook.run("fence", Optional.empty(), NODE, Map.of(), Duration.ofSeconds(1)))
        .isEqualTo(new ActionOutcome.Failed("no fence_command is configured"));
  }

  private static ActionOutcome run(String command, Duration timeout) throws InterruptedException {
    return Hook.run("rejoin", Optional.of(command), NODE, Map.of("HOWDAH_PRIMARY", "pg2"), timeout);
  }
}

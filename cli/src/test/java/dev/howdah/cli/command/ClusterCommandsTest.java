package dev.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.cluster.ClusterFixture;
import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.record.Keys;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.SynchronousMode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Commands against a store of this process, with an answer in place of the controllers. */
class ClusterCommandsTest {

  private final ClusterFixture cluster = new ClusterFixture();
  private final ClusterDesk desk = new ClusterDesk(cluster.store);
  private final StringWriter out = new StringWriter();

  @Test
  void a_switchover_waits_for_its_answer_and_prints_it() throws Exception {
    answer(request -> request.now(RequestState.DONE, "pg3 is primary on timeline 3 in epoch 3"));

    int code = run(new SwitchoverCommand(), "--to", "pg3", "--yes");

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .startsWith(
            """
            request  switchover to pg3
            result   done
            outcome  pg3 is primary on timeline 3 in epoch 3
            primary  pg2
            epoch    2
            """)
        .endsWith("(etcd http://10.0.0.21:2379)\n");
    assertThat(desk.view().request().orElseThrow().drainTimeoutMillis()).isEqualTo(5_000);
  }

  @Test
  void a_refused_switchover_lists_its_checks_and_ends_with_4() throws Exception {
    answer(request ->
        request
            .checked(List.of(PreflightCheck.failed("nofailover", "pg3 is marked nofailover")))
            .now(RequestState.FAILED, "not begun: pg3 is marked nofailover"));

    int code = run(new SwitchoverCommand(), "--to", "pg3", "--yes", "--drain-timeout", "500ms");

    assertThat(code).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString())
        .contains("CHECK       RESULT  DETAIL\nnofailover  failed  pg3 is marked nofailover\n");
    assertThat(desk.view().request().orElseThrow().drainTimeoutMillis()).isEqualTo(500);
  }

  @Test
  void two_operators_at_once_hear_of_each_other() {
    cluster.put(Keys.REQUEST, OperatorRequest.switchover("r9", Optional.of("pg1"), "ada@desk", 0));

    assertThatThrownBy(() -> run(new SwitchoverCommand(), "--yes"))
        .isInstanceOfSatisfying(
            CommandException.class,
            refusal -> assertThat(refusal.exitCode()).isEqualTo(ExitCode.REFUSED))
        .hasMessageStartingWith(
            "ada@desk has asked for a switchover to pg1, which is still to begin");
  }

  @Test
  void a_scheduled_switchover_is_not_waited_for_and_can_be_taken_back() throws Exception {
    assertThat(run(new SwitchoverCommand(), "--at", "+30m", "--yes")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("howdah cancel takes it back.");

    assertThat(run(new CancelCommand())).isEqualTo(ExitCode.OK);

    assertThat(desk.view().request().orElseThrow().state()).isEqualTo(RequestState.CANCELLED);
  }

  @Test
  void without_a_terminal_a_move_has_to_be_confirmed() {
    assertThatThrownBy(() -> run(new FailoverCommand()))
        .isInstanceOfSatisfying(
            CommandException.class,
            refusal -> assertThat(refusal.exitCode()).isEqualTo(ExitCode.USAGE));
    assertThat(cluster.store.dump()).doesNotContainKey(Keys.REQUEST);
  }

  @Test
  void it_is_too_late_to_take_back_what_has_fenced() throws Exception {
    OperatorRequest running =
        OperatorRequest.switchover("r9", Optional.of("pg1"), "ada", 0)
            .now(RequestState.RUNNING, "");
    cluster.put(Keys.REQUEST, running);
    Operation operation = ClusterFixture.topology().operation();
    cluster.put(Keys.TOPOLOGY, ClusterFixture.topology().fenced(operation));

    assertThatThrownBy(() -> run(new CancelCommand()))
        .hasMessage(
            "the switchover to pg1 has fenced the old primary already; it ends by itself, one way or"
                + " the other");
  }

  @Test
  void pausing_twice_is_pausing_once() throws Exception {
    run(new PauseCommand());
    assertThat(desk.view().config().paused()).isTrue();
    run(new PauseCommand());
    assertThat(out.toString()).contains("no, it was so already");
    run(new ResumeCommand());
    assertThat(desk.view().config().paused()).isFalse();
  }

  @Test
  void a_setting_is_changed_with_its_difference_shown() throws Exception {
    run(new EditConfigCommand(), "-s", "synchronous_mode=on", "--yes");

    assertThat(out.toString()).startsWith("- synchronous_mode = off\n+ synchronous_mode = on\n");
    assertThat(desk.view().config().synchronousMode()).isEqualTo(SynchronousMode.ON);
    assertThatThrownBy(() -> run(new EditConfigCommand(), "-s", "write_lease=1ms", "--yes"))
        .hasMessage("write_lease is 1, must be at least 200 ms");
  }

  @Test
  void nodes_come_change_and_go_but_not_the_primary() throws Exception {
    run(subcommand("add"), "pg4", "--host", "10.0.0.14", "--priority", "7", "--no-sync");
    run(subcommand("set"), "pg3", "--failover");
    run(subcommand("remove"), "pg1", "--yes");

    assertThat(desk.view().nodes().keySet()).containsExactly("pg2", "pg3", "pg4");
    assertThat(desk.view().nodes().get("pg4"))
        .isEqualTo(new NodeSpec("pg4", new Endpoint("10.0.0.14", 5432), 7, false, true, false));
    assertThat(desk.view().nodes().get("pg3").nofailover()).isFalse();
    assertThatThrownBy(() -> run(subcommand("remove"), "pg2", "--yes"))
        .hasMessage("pg2 is the primary; howdah switchover moves it to another node first");
  }

  private static ClusterCommand subcommand(String name) {
    return new CommandLine(new NodeCommand()).getSubcommands().get(name).getCommand();
  }

  private int run(ClusterCommand command, String... arguments) throws Exception {
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(out, true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs(arguments);
    return command.run(cluster.link());
  }

  /** Answers the next request as controllers would. */
  private void answer(UnaryOperator<OperatorRequest> controllers) {
    cluster.store.watch(
        Keys.REQUEST,
        () -> {
          OperatorRequest now = desk(desk);
          if (!now.state().isOver()) {
            cluster.put(Keys.REQUEST, controllers.apply(now));
          }
        });
  }

  private static OperatorRequest desk(ClusterDesk desk) {
    try {
      return desk.view().request().orElseThrow();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

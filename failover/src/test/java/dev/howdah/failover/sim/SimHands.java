package dev.howdah.failover.sim;

import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.failover.control.NodeAction;
import dev.howdah.failover.control.Ticket;
import dev.howdah.failover.record.Keys;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SyncRule;
import dev.howdah.topology.TopologyState;
import java.util.List;
import java.util.function.Consumer;

/** Carries out a controller's actions on simulated nodes, over the simulated network. */
final class SimHands {

  private static final long DEADLINE = 2000 * World.MILLI;

  private final SimProcess controller;
  private final SimStore store;
  private final World world;

  SimHands(SimProcess controller, SimStore store) {
    this.controller = controller;
    this.store = store;
    this.world = controller.world;
  }

  /** One action's answer: the first of what came and the deadline. */
  private static final class Answer {
    private final Consumer<ActionOutcome> target;
    private boolean given;

    Answer(Consumer<ActionOutcome> target) {
      this.target = target;
    }

    void give(ActionOutcome outcome) {
      if (!given) {
        given = true;
        target.accept(outcome);
      }
    }
  }

  void act(Ticket ticket, Consumer<ActionOutcome> target) {
    Answer answer = new Answer(target);
    controller.in(DEADLINE, () -> answer.give(new ActionOutcome.Failed("timed out")));
    NodeAction action = ticket.action();
    SimPostgres node = node(action.node());
    switch (action) {
      case NodeAction.StopReceiver _ ->
          visit(node, answer, () -> reply(node, answer, stopReceiver(node)));
      case NodeAction.Fence _ ->
          visit(
              node,
              answer,
              () -> {
                node.readOnly = true;
                reply(node, answer, new ActionOutcome.Done());
              });
      case NodeAction.Unfence _ ->
          visit(
              node,
              answer,
              () -> {
                node.readOnly = false;
                reply(node, answer, new ActionOutcome.Done());
              });
      case NodeAction.Repoint(_, NodeSpec upstream) ->
          visit(
              node,
              answer,
              () -> {
                node.upstream = node(upstream);
                reply(node, answer, new ActionOutcome.Done());
              });
      case NodeAction.Seal(_, long revision) ->
          underLock(node, answer, revision, () -> seal(node, answer));
      case NodeAction.Unseal(_, long revision) ->
          underLock(
              node,
              answer,
              revision,
              () -> {
                node.readOnly = false;
                reply(node, answer, new ActionOutcome.Done());
              });
      case NodeAction.CatchUp(_, Lsn until) ->
          visit(node, answer, () -> catchUp(node, until.bytes(), world.now, answer));
      case NodeAction.Inspect _ ->
          visit(node, answer, () -> reply(node, answer, new ActionOutcome.Inspected(0, "", true)));
      case NodeAction.Checkpoint _ ->
          visit(node, answer, () -> reply(node, answer, new ActionOutcome.Done()));
      case NodeAction.Promote(_, SyncRule rule, long revision) ->
          underLock(node, answer, revision, () -> promote(node, rule, answer));
      case NodeAction.ApplySync(_, SyncRule rule, long revision) ->
          underLock(
              node,
              answer,
              revision,
              () -> {
                node.apply(rule);
                reply(node, answer, new ActionOutcome.SyncApplied(new Lsn(node.length())));
              });
      case NodeAction.Rejoin(NodeSpec _, NodeSpec primary) ->
          controller.in(world.millis(200, 1000), () -> rejoin(node, node(primary), answer));
    }
  }

  private static ActionOutcome stopReceiver(SimPostgres node) {
    if (node.inRecovery) {
      node.upstream = null;
    }
    return new ActionOutcome.Stopped(
        node.inRecovery, SimPostgres.SYSTEM_IDENTIFIER, node.timeline(), new Lsn(node.length()));
  }

  /** Read-only first, then the sessions end, and at last the position is read. */
  private void seal(SimPostgres node, Answer answer) {
    node.readOnly = true;
    node.in(
        world.millis(5, 40),
        () -> {
          if (node.inRecovery || !node.serves()) {
            reply(node, answer, new ActionOutcome.Failed("no primary"));
          } else {
            node.endSessions();
            reply(node, answer, new ActionOutcome.Sealed(new Lsn(node.length())));
          }
        });
  }

  private void catchUp(SimPostgres node, long until, long since, Answer answer) {
    if (node.inRecovery && node.length() >= until) {
      reply(
          node,
          answer,
          new ActionOutcome.CaughtUp(
              SimPostgres.SYSTEM_IDENTIFIER, node.timeline(), new Lsn(node.length())));
    } else if (world.now - since < 1000 * World.MILLI) {
      node.in(10 * World.MILLI, () -> catchUp(node, until, since, answer));
    } else {
      reply(node, answer, new ActionOutcome.Failed("not yet"));
    }
  }

  private void promote(SimPostgres node, SyncRule rule, Answer answer) {
    node.apply(rule);
    node.readOnly = false;
    node.in(
        world.millis(20, 150),
        () -> {
          int fork = node.length();
          if (node.inRecovery) {
            node.fork = fork;
            node.promote();
            world.log(
                node.name + " leaves recovery at " + fork + " for timeline " + node.timeline());
            world.invariants.promoted(node, store.topology());
          }
          reply(
              node,
              answer,
              new ActionOutcome.Promoted(node.timeline(), new Lsn(node.fork), node.rule));
        });
  }

  /** The hook of an operator, who looks before he wipes. */
  private void rejoin(SimPostgres node, SimPostgres primary, Answer answer) {
    boolean wanted =
        store.topology().state() == TopologyState.SERVING
            && store.topology().primary().equals(primary.name)
            && primary.serves()
            && !primary.inRecovery
            && !node.isPaused();
    if (wanted) {
      node.rejoin(primary);
      world.log(node.name + " rejoins behind " + primary.name);
      answer.give(new ActionOutcome.Done());
    } else {
      answer.give(new ActionOutcome.Failed("not now"));
    }
  }

  /** A statement arrives at the node, sooner or later. */
  private void visit(SimPostgres node, Answer answer, Runnable there) {
    if (world.connected(controller.name, node.name)) {
      world.at(world.latency(), () -> arrive(node, answer, there));
    }
  }

  private void arrive(SimPostgres node, Answer answer, Runnable there) {
    if (node.isPaused()) {
      node.in(0, () -> arrive(node, answer, there));
    } else if (node.serves()) {
      there.run();
    } else {
      reply(node, answer, new ActionOutcome.Failed("refused"));
    }
  }

  private void reply(SimPostgres node, Answer answer, ActionOutcome outcome) {
    if (world.connected(node.name, controller.name)) {
      controller.in(world.latency(), () -> answer.give(outcome));
    }
  }

  /**
   * Takes the node's lock away from whoever has it, looks whether the topology is as it was, and
   * acts if the lock is still held. Three journeys, with any pause in between.
   */
  private void underLock(SimPostgres node, Answer answer, long revision, Runnable there) {
    long token = ++world.locks;
    visit(
        node,
        answer,
        () -> {
          node.lockHolder = token;
          if (world.connected(node.name, controller.name)) {
            controller.in(world.latency(), () -> look(node, answer, revision, token, there));
          }
        });
  }

  private void look(SimPostgres node, Answer answer, long revision, long token, Runnable there) {
    store.read(
        controller,
        List.of(Keys.TOPOLOGY),
        snapshot -> {
          if (snapshot.isEmpty() || snapshot.get().revisionOf(Keys.TOPOLOGY) != revision) {
            answer.give(new ActionOutcome.Failed("the topology has changed"));
            return;
          }
          visit(
              node,
              answer,
              () -> {
                if (node.lockHolder == token) {
                  there.run();
                } else {
                  reply(node, answer, new ActionOutcome.Failed("the lock was taken away"));
                }
              });
        });
  }

  private SimPostgres node(NodeSpec spec) {
    return world.nodes.stream().filter(at -> at.name.equals(spec.name())).findFirst().orElseThrow();
  }
}

package dev.howdah.it.state;

import dev.howdah.it.fixture.Target;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A scenario carried out once: what every client sent and heard. One thread. */
final class Performance {
  private static final int POLL_MILLIS = 10;

  private final Target direct;
  private final Target clients;
  private final Scenario scenario;
  private final int patienceMillis;
  private final @Nullable Crowd crowd;
  private final Map<String, Actor> actors = new TreeMap<>(Comparator.naturalOrder());
  private final Map<String, List<Packet>> unanswered = new LinkedHashMap<>();
  private final List<String> transcript = new ArrayList<>();

  /**
   * A performance to come.
   *
   * @param clients where its clients connect, which is {@code direct} or a pooler before it
   * @param crowd who else uses the pooler
   */
  Performance(
      Scenario scenario, Target direct, Target clients, int patienceMillis, @Nullable Crowd crowd) {
    this.scenario = scenario;
    this.direct = direct;
    this.clients = clients;
    this.patienceMillis = patienceMillis;
    this.crowd = crowd;
  }

  /** Carries out all steps, unless one is not answered in time, and returns the transcript. */
  List<String> run() throws IOException, SQLException, InterruptedException {
    try {
      for (Step step : scenario.steps()) {
        transcript.add(step.source());
        boolean usesServer = !(step instanceof Step.Act act) || act.verb().usesServer();
        boolean chooses = scenario.tags().contains("undisturbed");
        Crowd around = Scenario.isOutsider(step.client()) || !usesServer || chooses ? null : crowd;
        if (around != null) {
          around.closeIn(step.client());
        }
        List<String> heard = carryOut(step);
        if (around != null) {
          around.open(step.client());
        }
        heard.forEach(line -> transcript.add("    " + line));
        if (heard.contains("TIMEOUT")) {
          break;
        }
      }
      if (scenario.group().equals("listen")) {
        hearTheRest();
      }
    } finally {
      for (Actor actor : actors.values()) {
        actor.close();
      }
    }
    return transcript;
  }

  private void hearTheRest() throws IOException {
    for (Map.Entry<String, Actor> entry : actors.entrySet()) {
      if (entry.getValue().isConnected()) {
        transcript.add(entry.getKey() + " at the end");
        entry.getValue().rest(1).forEach(line -> transcript.add("    " + line));
      }
    }
  }

  private List<String> carryOut(Step step) throws IOException, InterruptedException {
    Actor known = actors.get(step.client());
    Actor actor = known != null ? known : newActor(step.client());
    List<String> heard = new ArrayList<>();
    boolean logsIn = step instanceof Step.Act act && act.verb() == Step.Verb.LOGIN;
    if (known == null && !logsIn) {
      List<String> welcome = actor.login("");
      if (!welcome.getLast().startsWith("ReadyForQuery")) {
        heard.addAll(welcome);
      }
    }
    switch (step) {
      case Step.Send send -> {
        actor.send(send.packets());
        if (send.awaited()) {
          heard.addAll(actor.answers(send.packets()));
        } else {
          unanswered.put(send.client(), send.packets());
        }
      }
      case Step.Act act -> heard.addAll(act(act, actor));
    }
    return heard;
  }

  private Actor newActor(String client) {
    Actor actor =
        new Actor(
            Scenario.isOutsider(client) ? direct : clients,
            scenario.tags().contains("in-place"),
            patienceMillis);
    actors.put(client, actor);
    return actor;
  }

  private List<String> act(Step.Act act, Actor actor) throws IOException, InterruptedException {
    return switch (act.verb()) {
      case LOGIN -> actor.login(act.argument());
      case TERMINATE -> left(actor, true);
      case VANISH -> left(actor, false);
      case NOTIFIED -> actor.notified(Integer.parseInt(act.argument()));
      case HEARD -> {
        String[] words = act.argument().split(" ", 2);
        yield actor.heard(words[0], words[1]);
      }
      case QUIET -> actor.rest(Actor.MOMENT_MILLIS);
      case BLOCKED -> actor.blocked();
      case ANSWER -> {
        List<Packet> packets = unanswered.remove(act.client());
        yield packets == null ? List.of("nothing was asked") : actor.answers(packets);
      }
      case UNTIL -> until(actor, act.argument());
    };
  }

  private static List<String> left(Actor actor, boolean politely) throws IOException {
    actor.leave(politely);
    return List.of();
  }

  private List<String> until(Actor actor, String sql) throws IOException, InterruptedException {
    List<Packet> query = List.of(Packet.query(sql));
    long start = System.nanoTime();
    while (true) {
      actor.send(query);
      List<String> heard = actor.answers(query);
      if (heard.contains("DataRow t")) {
        return heard;
      }
      if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
        return List.of("TIMEOUT");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}

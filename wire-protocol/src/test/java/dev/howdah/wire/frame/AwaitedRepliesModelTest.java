package dev.howdah.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.frame.ServerModel.Fate;
import dev.howdah.wire.frame.ServerModel.Message;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;

/** {@link AwaitedReplies} against {@link ServerModel}, whatever the interleaving of the three. */
class AwaitedRepliesModelTest {
  private AwaitedReplies awaited = new AwaitedReplies();
  private ServerModel server = new ServerModel();

  /** One thing that happens: the client sends, the server reads, or we see a reply. */
  sealed interface Event {
    record Send(Message message) implements Event {}

    record Read() implements Event {}

    record See() implements Event {}

    record Interrupt() implements Event {}
  }

  @BeforeTry
  void start_anew() {
    awaited = new AwaitedReplies();
    server = new ServerModel();
  }

  /** Every order of messages, sensible or not; {@link #happen} asserts after each event. */
  @Property(tries = 10_000)
  void a_link_is_never_let_go_while_the_server_has_something_to_say(
      @ForAll("anything") List<Event> events) {
    events.forEach(this::happen);
    finish();
  }

  /** Clients that end a batch with Sync, as drivers do: nothing may stay in doubt. */
  @Property(tries = 10_000)
  void a_link_is_let_go_exactly_when_the_server_is_idle(@ForAll("orderly") List<Event> events) {
    events.forEach(this::happen);
    finish();

    assertThat(server.isBroken()).isFalse();
    assertThat(awaited.inDoubt()).as("%s", awaited).isFalse();
    assertThat(awaited.settled()).as("%s", awaited).isEqualTo(server.isIdle());
  }

  /** Clients that leave anywhere: a drained connection must not wait for them for ever. */
  @Property(tries = 10_000)
  void whatever_ends_with_a_fence_is_answered_without_the_client_sending_more(
      @ForAll("orderly") List<Event> events, @ForAll @IntRange(max = 100) int percent) {
    events.subList(0, events.size() * percent / 100).forEach(this::happen);
    finish();

    if (awaited.endsWithFence()) {
      assertThat(server.isIdle()).as("%s", awaited).isTrue();
    }
  }

  private void happen(Event event) {
    switch (event) {
      case Event.Send(var message) -> {
        awaited.sent((byte) message.type());
        server.receive(message);
      }
      case Event.Read() -> {
        if (server.hasInput()) {
          server.step();
        }
      }
      case Event.See() -> {
        if (server.hasOutput()) {
          see();
        }
      }
      case Event.Interrupt() -> server.interrupt();
    }
    assertThat(!awaited.settled() || server.isBroken() || server.hasNothingToSay())
        .as("settled only when idle: %s", awaited)
        .isTrue();
  }

  private void see() {
    switch (server.nextOutput()) {
      case 'Z' -> assertThat(awaited.onReady()).as("owed by %s", awaited).isTrue();
      case 'E' -> awaited.onError();
      default -> awaited.onCopyIn();
    }
  }

  private void finish() {
    while (server.hasInput() || server.hasOutput()) {
      happen(server.hasInput() ? new Event.Read() : new Event.See());
    }
  }

  @Provide
  Arbitrary<List<Event>> anything() {
    Arbitrary<Event> sends =
        Combinators.combine(
                Arbitraries.of('Q', 'P', 'E', 'S', 'F', 'H', 'd', 'c', 'f', 'E', 'S', 'd', 'c'),
                Arbitraries.of(Fate.class))
            .as((type, fate) -> new Event.Send(new Message(type, fate)));
    return Arbitraries.frequencyOf(
            Tuple.of(8, sends),
            Tuple.of(6, Arbitraries.just(new Event.Read())),
            Tuple.of(5, Arbitraries.just(new Event.See())),
            Tuple.of(1, Arbitraries.just(new Event.Interrupt())))
        .list()
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<List<Event>> orderly() {
    return Combinators.combine(
            requests().list().ofMaxSize(8),
            Arbitraries.<Event>of(new Event.Read(), new Event.See()).list().ofSize(60),
            Arbitraries.integers().between(0, 3).list().ofSize(60))
        .as(AwaitedRepliesModelTest::interleaved);
  }

  /** Whole requests: queries, batches, and copies whose client sends everything blindly. */
  private static Arbitrary<List<Message>> requests() {
    var plain = Arbitraries.of(Fate.SUCCEEDS, Fate.FAILS);
    Arbitrary<List<Message>> query = plain.map(fate -> List.of(new Message('Q', fate)));
    Arbitrary<List<Message>> call = plain.map(fate -> List.of(new Message('F', fate)));
    Arbitrary<List<Message>> batch =
        Combinators.combine(plain, plain, plain)
            .as((parse, bind, execute) ->
                List.of(
                    new Message('P', parse),
                    new Message('B', bind),
                    new Message('E', execute),
                    new Message('S', Fate.SUCCEEDS)));
    Arbitrary<List<Message>> copy =
        Combinators.combine(
                Arbitraries.of(Fate.COPIES, Fate.FAILS), plain, Arbitraries.of('c', 'f'))
            .as((fate, data, end) ->
                List.of(
                    new Message('Q', fate),
                    new Message('d', data),
                    new Message(end, Fate.SUCCEEDS)));
    Arbitrary<List<Message>> batchCopy =
        Combinators.combine(
                Arbitraries.of(Fate.COPIES, Fate.FAILS), plain, Arbitraries.of('c', 'f'))
            .as((fate, data, end) ->
                List.of(
                    new Message('P', Fate.SUCCEEDS),
                    new Message('E', fate),
                    new Message('d', data),
                    new Message(end, Fate.SUCCEEDS),
                    new Message('S', Fate.SUCCEEDS)));
    List<Message> earlySync =
        List.of(
            new Message('P', Fate.SUCCEEDS),
            new Message('E', Fate.COPIES),
            new Message('S', Fate.SUCCEEDS),
            new Message('d', Fate.SUCCEEDS),
            new Message('c', Fate.SUCCEEDS),
            new Message('S', Fate.SUCCEEDS));
    return Arbitraries.oneOf(query, call, batch, copy, batchCopy, Arbitraries.just(earlySync));
  }

  private static List<Event> interleaved(
      List<List<Message>> requests, List<Event> others, List<Integer> gaps) {
    List<Event> events = new ArrayList<>();
    int other = 0;
    int gap = 0;
    for (List<Message> request : requests) {
      for (Message message : request) {
        events.add(new Event.Send(message));
        for (int i = gaps.get(gap++ % gaps.size()); i > 0; i--) {
          events.add(others.get(other++ % others.size()));
        }
      }
    }
    return events;
  }
}

package dev.howdah.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules by example. In {@link #converse}, client messages stand as they are, and the server's
 * replies behind a slash: {@code /Z} ReadyForQuery, {@code /E} ErrorResponse, {@code /G}
 * CopyInResponse.
 */
class AwaitedRepliesTest {
  private final AwaitedReplies awaited = new AwaitedReplies();

  @Test
  void a_server_that_was_asked_nothing_owes_nothing() {
    assertThat(awaited.settled()).isTrue();
    assertThat(awaited.endsWithFence()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q", "S", "F"})
  void query_sync_and_function_call_are_each_answered_by_one_ready(String fence) {
    converse(fence);
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.endsWithFence()).isTrue();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_ready_that_nobody_waits_for_is_told() {
    assertThat(awaited.onReady()).isFalse();
  }

  @Test
  void pipelined_fences_are_answered_one_by_one() {
    converse("PBES PBES Q /Z /Z");
    assertThat(awaited.settled()).isFalse();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"P", "B", "D", "E", "C"})
  void an_extended_message_is_owed_an_answer_until_the_sync(String type) {
    converse(type);
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.endsWithFence()).isFalse();

    converse("S");
    assertThat(awaited.endsWithFence()).isTrue();
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_barrier_ends_the_doubt_when_nothing_more_comes() {
    converse("PBES /G df S /E /Z");
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.needsBarrier()).isTrue();

    awaited.barrierSent();
    assertThat(awaited.needsBarrier()).isFalse();
    awaited.onBarrier();

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void no_barrier_helps_when_a_query_may_be_answered_that_may_be_empty() {
    converse("C F Q Q S /E /Z");

    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.needsBarrier()).isFalse();
  }

  @Test
  void a_barrier_lets_the_late_ready_through_and_keeps_what_is_asked_behind_it() {
    converse("PBES /G df S /E /Z");

    awaited.barrierSent();
    converse("Q /Z");
    awaited.onBarrier();

    assertThat(awaited.settled()).as("the Query is not answered yet").isFalse();
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void flush_and_copy_data_owe_nothing() {
    converse("Hd");

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_pipeline_longer_than_the_ring_is_kept_in_order() {
    converse("Q /Z QQQQQ /Z /Z /Z"); // the ring's head is not at its start
    converse("S".repeat(100));

    for (int i = 0; i < 101; i++) {
      assertThat(awaited.settled()).isFalse();
      converse("/Z");
    }
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  // ---- errors ----

  @Test
  void an_error_in_a_query_is_followed_by_its_ready() {
    converse("Q /E");
    assertThat(awaited.settled()).isFalse();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void after_an_error_in_a_batch_everything_up_to_the_sync_is_ignored() {
    converse("PBE PBE S /E");

    assertThat(awaited).hasToString("awaiting S");
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void after_an_error_the_server_waits_for_a_sync_that_was_not_sent_yet() {
    converse("PBEH /E");
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.endsWithFence()).isFalse();

    converse("BE Q"); // ignored
    assertThat(awaited.endsWithFence()).isFalse();

    converse("S");
    assertThat(awaited.endsWithFence()).isTrue();
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void an_error_in_the_second_batch_leaves_the_third_alone() {
    converse("PBES PBES PBES /Z /E /Z");

    assertThat(awaited).hasToString("awaiting xS");
  }

  @Test
  void a_query_ends_a_batch_without_sync() {
    converse("PBE Q /Z");

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void an_error_of_a_query_behind_a_batch_is_told_by_its_ready() {
    converse("PBE Q /E");
    assertThat(awaited.inDoubt()).isTrue();

    converse("/Z");
    assertThat(awaited.inDoubt()).isFalse();
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void when_batch_or_query_may_have_failed_one_ready_is_not_taken_for_the_last() {
    converse("PBE Q S /E /Z");
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.inDoubt()).isTrue();
    assertThat(awaited.endsWithFence()).isFalse();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  // ---- COPY ----

  @Test
  void a_copy_is_not_settled_while_the_server_reads_data() {
    converse("Q /G d");
    assertThat(awaited.inCopyIn()).isTrue();
    assertThat(awaited.settled()).isFalse();
    assertThat(awaited.endsWithFence()).isFalse();

    converse("c");
    assertThat(awaited.inCopyIn()).isFalse();
    assertThat(awaited.endsWithFence()).isTrue();
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_sync_inside_a_copy_is_ignored() {
    converse("PBE S /G dd S d c S");

    assertThat(awaited).hasToString("awaiting xS");
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_copy_sent_blindly_takes_its_syncs_and_its_end_with_it() {
    converse("PBE S d c S /G");

    assertThat(awaited.inCopyIn()).isFalse();
    assertThat(awaited).hasToString("awaiting xS");
    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void two_copies_in_one_query_each_have_an_end() {
    converse("Q d c d f /G");
    assertThat(awaited).hasToString("awaiting Qc");

    converse("/G");
    assertThat(awaited).hasToString("awaiting Q");
  }

  @Test
  void the_end_of_a_copy_that_never_began_is_ignored() {
    converse("Q d c Q /E /Z");
    assertThat(awaited).hasToString("awaiting Q");

    converse("/Z c");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void the_end_of_a_copy_does_not_end_its_batch() {
    converse("PBE d c");

    assertThat(awaited.endsWithFence()).isFalse();
  }

  @Test
  void a_query_that_copies_ends_the_batch_before_it() {
    converse("PBE Q /G d /E /Z");

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_failed_copy_in_a_query_ends_with_ready_and_the_rest_is_ignored() {
    converse("Q /G d /E d c /Z");

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_failed_copy_in_a_batch_ends_with_the_next_sync() {
    converse("PBE H /G d /E d c S /Z");

    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_copy_that_fails_before_it_read_the_early_sync_answers_it() {
    converse("PBE S /G /E");
    assertThat(awaited.settled()).isFalse();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void a_failed_copy_with_an_early_sync_is_not_settled_by_a_ready_that_may_be_for_either() {
    converse("PBE S /G d c S /E /Z");
    assertThat(awaited.settled()).isFalse();

    converse("/Z");
    assertThat(awaited.settled()).isTrue();
  }

  @Test
  void clear_forgets_everything() {
    converse("PBE Q S /E Q /G S");

    awaited.clear();

    assertThat(awaited.settled()).isTrue();
    assertThat(awaited.inDoubt()).isFalse();
    assertThat(awaited).hasToString("awaiting ");
  }

  private void converse(String script) {
    for (int i = 0; i < script.length(); i++) {
      char next = script.charAt(i);
      if (next == '/') {
        reply(script.charAt(++i));
      } else if (next != ' ') {
        awaited.sent((byte) next);
      }
    }
  }

  private void reply(char type) {
    switch (type) {
      case 'Z' -> assertThat(awaited.onReady()).as("owed by %s", awaited).isTrue();
      case 'E' -> awaited.onError();
      case 'G' -> awaited.onCopyIn();
      default -> throw new IllegalArgumentException("reply " + type);
    }
  }
}

package dev.howdah.failover.decide;

import dev.howdah.topology.Evidence;
import java.util.Collection;
import java.util.List;

/** Whether the primary has to be given up. Pure. */
public final class FailureJudge {

  private FailureJudge() {}

  /**
   * What is known of the primary.
   *
   * @param own what this controller sees
   * @param observers what every observer sees that has been heard of lately, this controller among
   *     them
   * @param standbyReceives whether some standby still receives WAL from it
   * @param recoveryOutlasted whether it has been recovering for longer than is granted
   */
  public record Case(
      Evidence own,
      Collection<Evidence> observers,
      boolean standbyReceives,
      boolean recoveryOutlasted) {

    public Case {
      observers = List.copyOf(observers);
    }
  }

  /** What follows. */
  public sealed interface Verdict {
    /** Why, in words for an operator. */
    String reason();

    /** Nothing to do. */
    record Alive(String reason) implements Verdict {}

    /** Something is wrong, and not enough to act on. */
    record Doubtful(String reason) implements Verdict {}

    /** It has to be given up. */
    record Dead(String reason) implements Verdict {}
  }

  /** Judges. Observers that have not made up their minds count neither way. */
  public static Verdict judge(Case facts) {
    List<Evidence> votes =
        facts.observers().stream().filter(evidence -> evidence != Evidence.UNKNOWN).toList();
    long hard = count(votes, Evidence.HARD);
    long silent = count(votes, Evidence.SILENT);
    long recovering = count(votes, Evidence.RECOVERING);
    String tally = "%d of %d observers".formatted(hard + silent, votes.size());
    if (isAnswer(facts.own())) {
      return hard + silent > 0
          ? new Verdict.Doubtful("it answers here, while " + tally + " cannot reach it")
          : new Verdict.Alive("it answers");
    }
    if (isMajority(hard, votes)) {
      return new Verdict.Dead("connections were reset and are refused, say " + tally);
    }
    if (isMajority(hard + silent, votes)) {
      return facts.standbyReceives()
          ? new Verdict.Doubtful(tally + " hear nothing, but a standby still receives WAL from it")
          : new Verdict.Dead("it has been silent for 2 s, say " + tally);
    }
    if (facts.recoveryOutlasted() && isMajority(hard + silent + recovering, votes)) {
      return new Verdict.Dead("its crash recovery takes longer than is granted");
    }
    if (hard + silent + recovering == 0) {
      return new Verdict.Alive("nobody misses it");
    }
    return new Verdict.Doubtful(
        recovering > 0 ? "it is recovering" : "only " + tally + " cannot reach it");
  }

  private static boolean isAnswer(Evidence evidence) {
    return evidence == Evidence.HEALTHY || evidence == Evidence.SLOW;
  }

  private static long count(List<Evidence> votes, Evidence wanted) {
    return votes.stream().filter(vote -> vote == wanted).count();
  }

  private static boolean isMajority(long count, List<Evidence> votes) {
    return count * 2 > votes.size();
  }
}

package dev.howdah.failover.decide;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which standby takes over from a primary that is gone. Pure; ties go to the later name, so that
 * two controllers with equal facts agree.
 *
 * <p>The order is by received WAL alone; priority decides among equals. A subclass may replace the
 * order, which only the check of the simulation itself does.
 */
public class CandidateChoice {

  /**
   * What is known.
   *
   * @param topology with the primary that is gone
   * @param config what is wanted
   * @param recruits standbys that were stopped, and what they have
   * @param lastPrimaryLsn the last position seen on the primary; absent without evidence
   */
  public record Case(
      Topology topology,
      DynamicConfig config,
      List<Recruit> recruits,
      Optional<Lsn> lastPrimaryLsn) {

    public Case {
      recruits = List.copyOf(recruits);
    }
  }

  /** Most advanced last. */
  protected Comparator<Recruit> order() {
    return comparing(Recruit::received)
        .thenComparing(comparingInt(recruit -> recruit.node().priority()))
        .thenComparing(recruit -> recruit.node().name());
  }

  /** Chooses, or says why not. */
  public final Choice choose(Case facts) {
    List<Recruit> descendants =
        facts.recruits().stream().filter(at -> at.descendsTo(facts.topology())).toList();
    List<Recruit> current =
        descendants.stream().filter(at -> at.timeline() == facts.topology().timeline()).toList();
    if (current.isEmpty()) {
      return new Choice.Refuse(
          "no standby of timeline " + facts.topology().timeline() + " answers");
    }
    if (facts.topology().sync().mayBeAsynchronous()) {
      return facts.config().synchronousMode() == SynchronousMode.OFF
          ? withinLag(facts, current)
          : new Choice.Refuse(
              "no standby was acknowledging commits, so none is known to have them all");
    }
    return covered(facts, descendants, current);
  }

  private Choice covered(Case facts, List<Recruit> descendants, List<Recruit> current) {
    List<String> names = descendants.stream().map(at -> at.node().name()).toList();
    if (!facts.topology().sync().areCoveredBy(names)) {
      return new Choice.Refuse(
          "of the standbys that acknowledge commits ("
              + facts.topology().sync()
              + ") too few answer to know the last one: "
              + (names.isEmpty() ? "none" : String.join(", ", names)));
    }
    Recruit best = current.stream().max(order()).orElseThrow();
    return promote(facts, best);
  }

  private Choice withinLag(Case facts, List<Recruit> current) {
    if (facts.lastPrimaryLsn().isEmpty()) {
      return new Choice.Refuse("no position of the primary was seen to compare the standbys with");
    }
    Optional<Recruit> best = current.stream().filter(at -> !at.node().nofailover()).max(order());
    if (best.isEmpty()) {
      return new Choice.Refuse("every standby that answers is marked nofailover");
    }
    long lag = best.get().received().bytesBehind(facts.lastPrimaryLsn().get());
    if (lag > facts.config().maximumLagOnFailoverBytes()) {
      return new Choice.Refuse(
          "%s, the most advanced standby, is %d bytes behind, maximum_lag_on_failover is %d"
              .formatted(
                  best.get().node().name(), lag, facts.config().maximumLagOnFailoverBytes()));
    }
    return promote(facts, best.get());
  }

  private Choice promote(Case facts, Recruit best) {
    if (best.node().nofailover()) {
      // Any other standby equally advanced would do as well.
      Optional<Recruit> equal =
          facts.recruits().stream()
              .filter(at -> at.descendsTo(facts.topology()) && !at.node().nofailover())
              .filter(at -> at.timeline() == best.timeline())
              .filter(at -> at.received().equals(best.received()))
              .max(order());
      return equal
          .<Choice>map(at -> accept(facts, at))
          .orElseGet(() ->
              new Choice.Refuse(
                  best.node().name() + " has more WAL than the others and is marked nofailover"));
    }
    return accept(facts, best);
  }

  private static Choice accept(Case facts, Recruit best) {
    List<String> positions = new ArrayList<>();
    facts.recruits().stream()
        .sorted(comparing(at -> at.node().name()))
        .forEach(at -> positions.add(at.node().name() + " at " + at.received()));
    return new Choice.Promote(
        best.node().name(),
        best.received(),
        positions.stream()
            .collect(Collectors.joining(", ", best.node().name() + " has most WAL: ", "")));
  }
}

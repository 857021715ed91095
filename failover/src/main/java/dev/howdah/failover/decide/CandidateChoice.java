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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which standby takes over from a primary that is gone. Pure; ties go to the later name, so that
 * two controllers with equal facts agree.
 *
 * <p>The order is by received WAL alone; priority decides among equals. Who is preferred and lacks
 * WAL is given it first, by the one that has most. A subclass may replace the order, which only the
 * check of the simulation itself does.
 */
public class CandidateChoice {

  /**
   * What is known.
   *
   * @param topology with the primary that is gone
   * @param config what is wanted
   * @param recruits standbys that were stopped, and what they have
   * @param lastPrimaryLsn the last position seen on the primary; absent without evidence
   * @param wish of an operator
   * @param notForwarded standbys that cannot be given what they lack
   */
  public record Case(
      Topology topology,
      DynamicConfig config,
      List<Recruit> recruits,
      Optional<Lsn> lastPrimaryLsn,
      Wish wish,
      Set<String> notForwarded) {

    public Case {
      recruits = List.copyOf(recruits);
      notForwarded = Set.copyOf(notForwarded);
    }

    /** Without a wish. */
    public Case(
        Topology topology,
        DynamicConfig config,
        List<Recruit> recruits,
        Optional<Lsn> lastPrimaryLsn) {
      this(topology, config, recruits, lastPrimaryLsn, Wish.NONE, Set.of());
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
    if (facts.wish().allowDataLoss()) {
      return whateverItLacks(facts, current);
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
    return preferred(facts, current, best);
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
    return preferred(facts, current, best.get());
  }

  /** An operator has said that losing commits is better than waiting. */
  private Choice whateverItLacks(Case facts, List<Recruit> current) {
    Optional<String> to = facts.wish().to();
    return current.stream()
        .filter(at -> !at.node().nofailover())
        .filter(at -> to.isEmpty() || to.get().equals(at.node().name()))
        .max(order())
        .<Choice>map(at -> accept(facts, at))
        .orElseGet(() ->
            new Choice.Refuse(
                to.map(name -> name + " does not answer, or is no standby of this timeline")
                    .orElse("every standby that answers is marked nofailover")));
  }

  /**
   * {@code best} could be promoted as far as its WAL goes. Whoever is wanted more takes its place:
   * at once if he has as much, else as soon as he has.
   */
  private Choice preferred(Case facts, List<Recruit> current, Recruit best) {
    Optional<Recruit> wanted =
        current.stream()
            .filter(at -> !at.node().nofailover())
            .filter(at -> isWantedMore(facts.wish(), at, best))
            .filter(at -> !facts.notForwarded().contains(at.node().name()))
            .max(
                comparing((Recruit at) -> isWishedFor(facts.wish(), at))
                    .thenComparingInt(at -> at.node().priority())
                    .thenComparing(order()));
    if (wanted.isEmpty()) {
      return promote(facts, best);
    }
    Recruit other = wanted.get();
    return other.received().compareTo(best.received()) >= 0
        ? accept(facts, other)
        : new Choice.FastForward(other.node().name(), best.node().name(), best.received());
  }

  private static boolean isWishedFor(Wish wish, Recruit recruit) {
    return wish.to().filter(recruit.node().name()::equals).isPresent();
  }

  private static boolean isWantedMore(Wish wish, Recruit one, Recruit best) {
    return !one.equals(best)
        && !isWishedFor(wish, best)
        && (isWishedFor(wish, one)
            || best.node().nofailover()
            || one.node().priority() > best.node().priority());
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

package dev.howdah.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rules under which the primary may have acknowledged commits that not every member of the
 * target has yet. One when nothing changes; while a rule is being changed the old ones and, last,
 * the new one. A change is written here before the primary hears of it, and the old rules leave
 * only when the new one is in force and its members have caught up, so the primary never follows a
 * rule that does not stand here.
 *
 * @param possible without repetitions, the target last; never empty
 */
public record SyncRules(List<SyncRule> possible) {

  /** Asynchronous replication, settled. */
  public static final SyncRules NONE = settled(SyncRule.NONE);

  public SyncRules {
    possible = List.copyOf(possible);
    if (possible.isEmpty()) {
      throw new IllegalArgumentException("some rule is always in force, if only \"none\"");
    }
  }

  /** Just {@code rule}. */
  public static SyncRules settled(SyncRule rule) {
    return new SyncRules(List.of(rule));
  }

  /** The rule wanted, in force already when {@link #isSettled}. */
  public SyncRule target() {
    return possible.getLast();
  }

  /** Whether no change of rule is under way. */
  public boolean isSettled() {
    return possible.size() == 1;
  }

  /** The same with another target; all rules possible so far stay possible. */
  public SyncRules towards(SyncRule target) {
    List<SyncRule> rules = new ArrayList<>(possible);
    rules.remove(target);
    rules.add(target);
    return new SyncRules(rules);
  }

  /**
   * Whether nothing that was acknowledged is missing on the most advanced of {@code recruited}. It
   * takes recruits for every rule that is possible.
   */
  public boolean areCoveredBy(List<String> recruited) {
    return possible.stream().allMatch(rule -> rule.isCoveredBy(recruited));
  }

  /** Whether commits may have been acknowledged that no standby has. */
  public boolean mayBeAsynchronous() {
    return possible.contains(SyncRule.NONE);
  }

  @Override
  public String toString() {
    return possible.stream().map(SyncRule::toString).collect(Collectors.joining(" -> "));
  }
}

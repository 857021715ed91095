package dev.howdah.topology;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many of which standbys must have a commit on disk before the primary acknowledges it, the
 * meaning of {@code ANY k (...)} in {@code synchronous_standby_names} (docs: "Synchronous
 * Replication").
 *
 * @param required how many, 0 when the primary waits for nobody
 * @param members names of nodes, sorted, which are also their {@code application_name}; empty
 *     exactly when {@code required} is 0
 */
public record SyncRule(int required, List<String> members) {

  /** Asynchronous replication: a commit is acknowledged when the primary alone has it. */
  public static final SyncRule NONE = new SyncRule(0, List.of());

  public SyncRule {
    members = members.stream().distinct().sorted().toList();
    if (required < 0 || (required == 0) != members.isEmpty()) {
      throw new IllegalArgumentException(
          "a rule needs members exactly when it requires some: " + required + " of " + members);
    }
  }

  /** {@code ANY required (members)}. */
  public static SyncRule any(int required, Collection<String> members) {
    return new SyncRule(required, List.copyOf(members));
  }

  /** Whether the primary acknowledges without asking any standby. */
  public boolean isNone() {
    return required == 0;
  }

  /**
   * Whether every set of standbys that may have acknowledged a commit has a node in {@code
   * recruited}: then the most advanced of them has every acknowledged commit. Never true for {@link
   * #NONE}.
   */
  public boolean isCoveredBy(Collection<String> recruited) {
    return !isNone() && membersIn(recruited) >= recruitsNeeded();
  }

  /** How many members have to be recruited for {@link #isCoveredBy}. */
  public int recruitsNeeded() {
    return Math.max(1, members.size() - required + 1);
  }

  /** How many of {@code names} are members. */
  public int membersIn(Collection<String> names) {
    return (int) members.stream().filter(names::contains).count();
  }

  /** The value of {@code synchronous_standby_names}, with quoted names; empty for {@link #NONE}. */
  public String setting() {
    return isNone()
        ? ""
        : members.stream()
            .map(name -> '"' + name.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(", ", "ANY " + required + " (", ")"));
  }

  @Override
  public String toString() {
    return isNone() ? "none" : "any " + required + " of " + String.join(", ", members);
  }
}

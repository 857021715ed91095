package dev.howdah.topology;

import java.util.List;

/**
 * How a pooler or a controller makes itself known. Each process writes only its own, under its boot
 * id, so that a process that was believed dead never passes for its successor.
 *
 * @param id the name of the process in configuration, logs and status
 * @param bootId of this start of the process; no two starts share it
 * @param address where its HTTP port answers; empty when it has none
 * @param sequence rises with every writing; one that stands still means silence
 * @param acknowledgedEpoch nothing of an earlier epoch is or will be forwarded or relayed by this
 *     process; 0 before the first
 * @param paused held by its operator
 * @param retired set by a controller after long silence: the process must register anew before it
 *     renews a lease
 * @param drained the id of the switchover for which no transaction runs through this process any
 *     more, and none starts; empty when there is none
 * @param unmovable clients whose sessions cannot be taken to another node, the first few of them
 * @param observations what it sees, empty when another registration of the process says it
 */
public record Registration(
    String id,
    String bootId,
    String address,
    long sequence,
    long acknowledgedEpoch,
    boolean paused,
    boolean retired,
    String drained,
    List<UnmovableSession> unmovable,
    List<Observation> observations) {

  public Registration {
    unmovable = List.copyOf(unmovable);
    observations = List.copyOf(observations);
  }

  /** The same, retired. */
  public Registration retire() {
    return new Registration(
        id,
        bootId,
        address,
        sequence,
        acknowledgedEpoch,
        paused,
        true,
        drained,
        unmovable,
        observations);
  }

  /** Whether nothing from before {@code epoch} can pass this process any more. */
  public boolean hasAcknowledged(Epoch epoch) {
    return !retired && acknowledgedEpoch >= epoch.value();
  }

  /** Whether no transaction runs through this process since the pause for {@code operation}. */
  public boolean hasDrained(Operation operation) {
    return !retired && drained.equals(operation.id());
  }
}

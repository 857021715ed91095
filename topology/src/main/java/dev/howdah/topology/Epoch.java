package dev.howdah.topology;

/**
 * The number that rises whenever the right to accept writes may move: the fencing token of the
 * cluster. What was allowed under one epoch is never allowed under a later one.
 *
 * @param value 1 for a cluster just initialised, never lower
 */
public record Epoch(long value) implements Comparable<Epoch> {

  /** The epoch of a cluster that has just been initialised. */
  public static final Epoch FIRST = new Epoch(1);

  public Epoch {
    if (value < 1) {
      throw new IllegalArgumentException("an epoch is at least 1, not " + value);
    }
  }

  /** The one after this. */
  public Epoch next() {
    return new Epoch(value + 1);
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}

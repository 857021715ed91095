package dev.howdah.pooler.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What somebody knows who takes part in a cluster, beyond what the pooler itself sees of its nodes.
 * Asked by HTTP requests: any thread, and it must not wait for long.
 */
public interface ClusterFacts {

  /** What there is to know without a cluster. */
  ClusterFacts NONE =
      new ClusterFacts() {
        @Override
        public Optional<String> name() {
          return Optional.empty();
        }

        @Override
        public boolean isPaused() {
          return false;
        }

        @Override
        public Optional<String> controller() {
          return Optional.empty();
        }

        @Override
        public List<Change> history() {
          return List.of();
        }
      };

  /**
   * The primary changed.
   *
   * @param epoch of the new primary
   * @param timeline it began
   * @param position where it left the one before, in bytes
   * @param reason in a few words, such as {@code switchover by an operator}
   * @param at when that was
   * @param primary the name of the new one
   */
  record Change(
      long epoch, int timeline, long position, String reason, Instant at, String primary) {}

  /** The cluster's name. */
  Optional<String> name();

  /** Whether automatic failover is off by order of an operator. */
  boolean isPaused();

  /** Who controls the cluster at present, if that is known. */
  Optional<String> controller();

  /** The changes so far, the oldest first. */
  List<Change> history();
}

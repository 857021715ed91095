package dev.howdah.failover.observe;

import dev.howdah.topology.Lsn;
import java.util.Optional;

/**
 * A standby as its primary sees it (docs: "The Statistics Collector", view {@code
 * pg_stat_replication}).
 *
 * @param name its {@code application_name}
 * @param address the address it connects from; absent on a Unix-domain socket
 * @param state {@code startup}, {@code catchup}, {@code streaming}, {@code backup} or {@code
 *     stopping}
 * @param sent the last position sent to it
 * @param flushed the last position it reported as safe on its disk
 * @param replayed the last position it reported as visible to its readers
 * @param syncState {@code async}, {@code potential}, {@code sync} or {@code quorum}
 */
public record ConnectedStandby(
    String name,
    Optional<String> address,
    String state,
    Lsn sent,
    Lsn flushed,
    Lsn replayed,
    String syncState) {

  /** Whether it has caught up once and now receives WAL as it is written. */
  public boolean isStreaming() {
    return state.equals("streaming");
  }
}

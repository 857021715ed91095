package dev.howdah.pooler.routing;

import dev.howdah.topology.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself.
 *
 * @param inRecovery whether it is a standby
 * @param position where a primary would write next, or up to where a standby has replayed
 * @param received what a standby has received; zero when nothing was streamed to it
 * @param systemIdentifier which cluster it was initialised for
 * @param timeline which branch of its history it is on
 * @param block bytes of a page of WAL
 * @param segment bytes of a file of WAL
 */
record NodeFacts(
    boolean inRecovery,
    Lsn position,
    Lsn received,
    String systemIdentifier,
    int timeline,
    long block,
    long segment) {

  /**
   * The question. Everything in it is allowed to every role; only what the WAL receiver says of the
   * timeline is for members of pg_monitor, and then what was last noted in the control file does.
   */
  static final String QUESTION =
      """
      SELECT r.standby,
       CASE WHEN r.standby THEN pg_catalog.pg_last_wal_replay_lsn()
        ELSE pg_catalog.pg_current_wal_insert_lsn() END,
       pg_catalog.pg_last_wal_receive_lsn(), s.system_identifier,
       CASE WHEN r.standby THEN GREATEST(c.timeline_id, v.min_recovery_end_timeline,
         (SELECT pg_catalog.max(received_tli) FROM pg_catalog.pg_stat_wal_receiver))
        ELSE ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(
         pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::pg_catalog."bit"::pg_catalog.int4 END,
       i.wal_block_size, i.bytes_per_wal_segment
      FROM (SELECT pg_catalog.pg_is_in_recovery()) r(standby),
       pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c,
       pg_catalog.pg_control_recovery() v, pg_catalog.pg_control_init() i\
      """
          .replace("::pg_catalog.\"bit\"", "::pg_catalog.bit(32)");

  /** The short question, for where everything else is known. */
  static final String POSITION_QUESTION =
      "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
          + " ELSE pg_catalog.pg_current_wal_insert_lsn() END, pg_catalog.pg_is_in_recovery()";

  private static final int COLUMNS = 7;
  private static final int PAGE_HEADER_BYTES = 24;
  private static final int SEGMENT_HEADER_BYTES = 40;

  /**
   * Reads the answer to {@link #QUESTION}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static NodeFacts read(List<@Nullable String> row) {
    if (row.size() != COLUMNS) {
      throw new IllegalArgumentException("answered %d columns".formatted(row.size()));
    }
    boolean standby = "t".equals(row.get(0));
    Lsn position = lsn(row.get(1));
    long block = number(row.get(5));
    long segment = number(row.get(6));
    return new NodeFacts(
        standby,
        standby ? position : endOfWal(position, block, segment),
        lsn(row.get(2)),
        String.valueOf(row.get(3)),
        (int) number(row.get(4)),
        block,
        segment);
  }

  /**
   * The same node after an answer to {@link #POSITION_QUESTION}.
   *
   * @throws IllegalArgumentException if it is none
   */
  NodeFacts moved(List<@Nullable String> row) {
    if (row.size() != 2) {
      throw new IllegalArgumentException("answered %d columns".formatted(row.size()));
    }
    boolean standby = "t".equals(row.get(1));
    Lsn at = lsn(row.get(0));
    return new NodeFacts(
        standby,
        standby ? at : endOfWal(at, block, segment),
        standby && received.compareTo(at) < 0 ? at : received,
        systemIdentifier,
        timeline,
        block,
        segment);
  }

  private static Lsn lsn(@Nullable String text) {
    return text == null ? Lsn.ZERO : Lsn.parse(text);
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  /**
   * The end of what was written, when {@code insert} is where the next record begins: between the
   * two there may be a page header, which a standby replays only together with that record.
   *
   * @param block bytes of a page of WAL
   * @param segment bytes of a file of WAL
   */
  static Lsn endOfWal(Lsn insert, long block, long segment) {
    if (block <= 0 || segment <= 0) {
      return insert;
    }
    long at = insert.bytes();
    if (at % segment == SEGMENT_HEADER_BYTES) {
      return new Lsn(at - SEGMENT_HEADER_BYTES);
    }
    if (at % block == PAGE_HEADER_BYTES && at % segment != PAGE_HEADER_BYTES) {
      return new Lsn(at - PAGE_HEADER_BYTES);
    }
    return insert;
  }
}

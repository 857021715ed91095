package dev.howdah.pooler.lookup;

import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.WireText;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.RowDescription;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a server answered to {@code auth_query}. Used once. */
final class LookUpAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(LookUpAnswer.class);
  private static final int COLUMNS = 2;

  /** The name is no text in the database's encoding, so there is no user of that name. */
  private static final Set<String> NOT_A_NAME = Set.of("22021", "22P05");

  private final String asked;
  private final String where;
  private @Nullable List<@Nullable Bytes> row;
  private @Nullable ErrorFields error;

  /**
   * An answer about one user.
   *
   * @param where for log lines
   */
  LookUpAnswer(String asked, String where) {
    this.asked = asked;
    this.where = where;
  }

  /**
   * Reads the whole answer, without moving the indexes.
   *
   * @throws PoolerException if the query failed or answered something else than it should
   */
  FoundUser read(ByteBuf answer) {
    ByteBuf in = answer.duplicate();
    while (in.readableBytes() >= BackendScanner.HEADER_BYTES) {
      byte type = in.readByte();
      ByteBuf body = in.readSlice(in.readInt() - Integer.BYTES);
      take(BackendMessage.decode(type, body));
    }
    if (error != null) {
      return onError(error);
    }
    return row == null ? FoundUser.NOBODY : found(row);
  }

  private void take(BackendMessage message) {
    switch (message) {
      case BackendMessage.ErrorResponse response -> error = response.summary();
      case RowDescription description -> checkColumns(description.fields().size());
      case BackendMessage.NoData _ -> checkColumns(0);
      case BackendMessage.DataRow(var values) -> {
        checkColumns(values.size());
        if (row != null) {
          throw bad("auth_query returned more than one row");
        }
        row = values;
      }
      default -> {
        // Says nothing about the user.
      }
    }
  }

  private void checkColumns(int count) {
    if (count != COLUMNS) {
      throw bad("expected 2 columns from auth_query, not " + count);
    }
  }

  private FoundUser onError(ErrorFields reported) {
    if (NOT_A_NAME.contains(reported.sqlState())) {
      return FoundUser.NOBODY;
    }
    LOG.warn("{}: auth_query failed: {} {}", where, reported.sqlState(), reported.message());
    throw LookUpFailure.badQuery("error response from auth_query");
  }

  private PoolerException bad(String words) {
    LOG.warn("{}: {}", where, words);
    return LookUpFailure.badQuery(words);
  }

  private FoundUser found(List<@Nullable Bytes> values) {
    Bytes name = values.getFirst();
    if (name == null) {
      return FoundUser.NOBODY;
    }
    if (!WireText.decode(name.toArray()).equals(asked)) {
      LOG.warn("{}: auth_query returned another user than it was asked for", where);
      return FoundUser.NOBODY; // rules and limits were applied to the name that was asked for
    }
    Bytes secret = values.getLast();
    boolean usable = secret != null && secret.length() > 0; // an empty one would prove anybody
    return new FoundUser(
        true, usable ? StoredSecret.parse(WireText.decode(secret.toArray())) : null);
  }
}

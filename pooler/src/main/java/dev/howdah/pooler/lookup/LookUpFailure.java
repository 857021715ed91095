package dev.howdah.pooler.lookup;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;

/**
 * Why a user could not be looked up, in words that somebody who has not proven anything yet may
 * read. The log has the rest.
 */
final class LookUpFailure {
  private LookUpFailure() {}

  /** The query cannot be carried out, or does not answer what it should. */
  static PoolerException badQuery(String words) {
    return PoolerException.of(ErrorFields.fatal(SqlState.CONFIG_FILE_ERROR, words));
  }

  /**
   * No server connection was to be had, or it was lost.
   *
   * @param cause names servers, users and other clients, none of which is said
   */
  static PoolerException noConnection(ErrorFields cause) {
    SqlState state = SqlState.fromCode(cause.sqlState());
    if (state == SqlState.TOO_MANY_CONNECTIONS || state == SqlState.ADMIN_SHUTDOWN) {
      return PoolerException.of(ErrorFields.fatal(state, cause.message()));
    }
    return PoolerException.of(
        ErrorFields.fatal(
            SqlState.CONNECTION_FAILURE,
            "server login has been failing, try again later (server_login_retry)"));
  }

  /** The answer did not come in time. */
  static PoolerException tooSlow() {
    return PoolerException.of(
        ErrorFields.fatal(SqlState.QUERY_CANCELED, "auth_query was not answered in time"));
  }
}

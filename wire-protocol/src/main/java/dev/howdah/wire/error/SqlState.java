package dev.howdah.wire.error;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SQLSTATEs that this project sends or acts upon (docs: "PostgreSQL Error Codes"). Servers send
 * many more; those travel as plain five-character strings.
 */
public enum SqlState {
  SUCCESSFUL_COMPLETION("00000"),
  CONNECTION_EXCEPTION("08000"),
  CONNECTION_DOES_NOT_EXIST("08003"),
  CONNECTION_FAILURE("08006"),
  TRANSACTION_RESOLUTION_UNKNOWN("08007"),
  PROTOCOL_VIOLATION("08P01"),
  FEATURE_NOT_SUPPORTED("0A000"),
  INVALID_PARAMETER_VALUE("22023"),
  READ_ONLY_SQL_TRANSACTION("25006"),
  IN_FAILED_SQL_TRANSACTION("25P02"),
  IDLE_IN_TRANSACTION_SESSION_TIMEOUT("25P03"),
  TRANSACTION_TIMEOUT("25P04"),
  INVALID_SQL_STATEMENT_NAME("26000"),
  INVALID_AUTHORIZATION_SPECIFICATION("28000"),
  INVALID_PASSWORD("28P01"),
  INVALID_CATALOG_NAME("3D000"),
  SERIALIZATION_FAILURE("40001"),
  DEADLOCK_DETECTED("40P01"),
  INSUFFICIENT_PRIVILEGE("42501"),
  SYNTAX_ERROR("42601"),
  UNDEFINED_OBJECT("42704"),
  DUPLICATE_PREPARED_STATEMENT("42P05"),
  TOO_MANY_CONNECTIONS("53300"),
  CONFIGURATION_LIMIT_EXCEEDED("53400"),
  OBJECT_NOT_IN_PREREQUISITE_STATE("55000"),
  LOCK_NOT_AVAILABLE("55P03"),
  QUERY_CANCELED("57014"),
  ADMIN_SHUTDOWN("57P01"),
  CRASH_SHUTDOWN("57P02"),
  CANNOT_CONNECT_NOW("57P03"),
  DATABASE_DROPPED("57P04"),
  IDLE_SESSION_TIMEOUT("57P05"),
  CONFIG_FILE_ERROR("F0000"),
  INTERNAL_ERROR("XX000");

  private static final Map<String, SqlState> BY_CODE = new HashMap<>();

  static {
    for (SqlState state : values()) {
      BY_CODE.put(state.code, state);
    }
  }

  private final String code;

  SqlState(String code) {
    this.code = code;
  }

  /** The five characters that travel in field C of an error message. */
  public String code() {
    return code;
  }

  /** The constant for a code, or null when this project knows no name for it. */
  public static @Nullable SqlState fromCode(String code) {
    return BY_CODE.get(code);
  }
}

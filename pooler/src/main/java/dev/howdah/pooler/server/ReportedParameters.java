package dev.howdah.pooler.server;

import java.util.HashMap;
import java.util.Map;

/** What a server has reported of its parameters by ParameterStatus. Event loop only. */
final class ReportedParameters {
  private final Map<String, String> atLogin;
  private final Map<String, String> now;

  ReportedParameters(Map<String, String> atLogin) {
    this.atLogin = atLogin;
    this.now = new HashMap<>(atLogin);
  }

  /** Names in PostgreSQL's spelling, and values as last reported. */
  Map<String, String> now() {
    return now;
  }

  void put(String name, String value) {
    now.put(name, value);
  }

  /** The settings of a session in which the server reported this value. */
  Settings follow(Settings settings, String name, String value) {
    if (!isSettable(name)) {
      return settings;
    }
    return value.equals(atLogin.get(name)) ? settings.without(name) : settings.with(name, value);
  }

  /** Whether a client can change a reported parameter, so that it has to follow the client. */
  private static boolean isSettable(String name) {
    return switch (name) {
      case "in_hot_standby",
          "integer_datetimes",
          "is_superuser",
          "server_encoding",
          "server_version",
          "session_authorization" ->
          false;
      default -> true;
    };
  }
}

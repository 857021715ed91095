package dev.howdah.failover.act;

import dev.howdah.topology.NodeSpec;

/** What stands in {@code primary_conninfo} of a standby (docs: "Connection Strings"). */
final class Conninfo {

  private Conninfo() {}

  static String of(NodeSpec upstream, String applicationName, ActionSettings settings) {
    StringBuilder text = new StringBuilder();
    append(text, "host", upstream.endpoint().host());
    append(text, "port", Integer.toString(upstream.endpoint().port()));
    append(text, "user", settings.replicationUser());
    settings.replicationPassword().ifPresent(password -> append(text, "password", password));
    append(text, "application_name", applicationName);
    // A primary that is gone must not keep its standby waiting for TCP to notice.
    append(text, "connect_timeout", "2");
    append(text, "keepalives_idle", "5");
    append(text, "keepalives_interval", "2");
    append(text, "keepalives_count", "2");
    // The last mention of a keyword counts, so these may also change what stands before them.
    return settings.replicationOptions().isEmpty()
        ? text.toString()
        : text + " " + settings.replicationOptions();
  }

  private static void append(StringBuilder text, String key, String value) {
    text.append(text.isEmpty() ? "" : " ").append(key).append("='");
    text.append(value.replace("\\", "\\\\").replace("'", "\\'")).append('\'');
  }
}

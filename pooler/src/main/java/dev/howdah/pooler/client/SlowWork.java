package dev.howdah.pooler.client;

import dev.howdah.pooler.log.LogSubject;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * A query or transaction that took long, and where its time went. Knows no SQL.
 *
 * @param client whose it was
 * @param applicationName as the client set it
 * @param kind query or transaction
 * @param queries how many there were
 * @param waitedNanos until a server connection was free
 * @param serverNanos while the server worked
 * @param clientNanos while the client was to say what comes next
 */
record SlowWork(
    ClientIdentity client,
    String applicationName,
    String kind,
    int queries,
    long waitedNanos,
    long serverNanos,
    long clientNanos)
    implements LogSubject {

  @Override
  public void describe(BiConsumer<String, Object> fields) {
    client.describe(fields);
    fields.accept("application_name", applicationName);
    fields.accept("slow", kind);
    fields.accept("queries", queries);
    fields.accept("duration_ms", millis(waitedNanos + serverNanos + clientNanos));
    fields.accept("waited_ms", millis(waitedNanos));
    fields.accept("server_ms", millis(serverNanos));
    fields.accept("client_ms", millis(clientNanos));
  }

  private static double millis(long nanos) {
    long micros = nanos / 1_000;
    return micros / 1e3;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s slow %s: duration=%.3f ms waited=%.3f ms server=%.3f ms client=%.3f ms queries=%d"
            + " application_name=%s",
        client,
        kind,
        millis(waitedNanos + serverNanos + clientNanos),
        millis(waitedNanos),
        millis(serverNanos),
        millis(clientNanos),
        queries,
        applicationName);
  }
}

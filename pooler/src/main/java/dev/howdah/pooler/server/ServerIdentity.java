package dev.howdah.pooler.server;

import dev.howdah.topology.Endpoint;
import dev.howdah.wire.message.CancelSecret;
import java.net.SocketAddress;
import java.util.Map;

/**
 * What a server told us at login.
 *
 * @param endpoint where we meant to connect
 * @param address where we did connect
 * @param processId the server process
 * @param cancelSecret its cancel key; never shown to a client
 * @param parameters ParameterStatus values at login, under PostgreSQL's spelling of their names
 */
public record ServerIdentity(
    Endpoint endpoint,
    SocketAddress address,
    int processId,
    CancelSecret cancelSecret,
    Map<String, String> parameters) {

  @Override
  public String toString() {
    return "server process " + processId + " at " + endpoint;
  }
}

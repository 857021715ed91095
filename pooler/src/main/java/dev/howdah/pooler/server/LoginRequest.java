package dev.howdah.pooler.server;

import dev.howdah.topology.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that is needed to open one server connection.
 *
 * @param endpoints tried in this order until one accepts the connection
 * @param parameters further startup parameters, besides user and database
 * @param timeout for connecting and logging in together
 */
public record LoginRequest(
    List<Endpoint> endpoints,
    String database,
    ServerCredentials credentials,
    Map<String, String> parameters,
    Duration timeout) {}

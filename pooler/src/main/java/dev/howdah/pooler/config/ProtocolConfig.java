package dev.howdah.pooler.config;

import java.util.List;

/**
 * What is accepted and tracked in the protocol.
 *
 * @param ignoreStartupParameters accepted in a startup packet and dropped
 * @param trackExtraParameters kept per client besides the five that always are
 * @param applicationNameAddHost append the client's address to {@code application_name} at login
 * @param maxPacketBytes largest message, without its type byte
 * @param maxPreparedStatements per server connection; zero leaves prepared statements alone
 */
public record ProtocolConfig(
    List<String> ignoreStartupParameters,
    List<String> trackExtraParameters,
    boolean applicationNameAddHost,
    long maxPacketBytes,
    int maxPreparedStatements) {

  public ProtocolConfig {
    ignoreStartupParameters = List.copyOf(ignoreStartupParameters);
    trackExtraParameters = List.copyOf(trackExtraParameters);
    Checks.atLeast("max_packet_size", maxPacketBytes, 8);
    Checks.atLeast("max_prepared_statements", maxPreparedStatements, 0);
  }
}

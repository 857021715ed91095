package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * Buffers and TCP options. Zero leaves the operating system's value, except for {@code
 * readBufferBytes}.
 *
 * @param readBufferBytes how much is read from a connection at a time
 * @param socketBufferBytes the kernel's send and receive buffers
 * @param keepAlive whether TCP keepalive is on
 * @param keepCount unanswered probes before a connection is dead
 * @param keepIdle quiet time before the first probe, in whole seconds
 * @param keepInterval time between probes, in whole seconds
 * @param userTimeout how long sent data may stay unacknowledged, to the millisecond
 */
public record SocketConfig(
    int readBufferBytes,
    int socketBufferBytes,
    boolean keepAlive,
    int keepCount,
    Duration keepIdle,
    Duration keepInterval,
    Duration userTimeout) {

  public SocketConfig {
    Checks.atLeast("pkt_buf", readBufferBytes, 1);
    Checks.atLeast("tcp_socket_buffer", socketBufferBytes, 0);
    Checks.atLeast("tcp_keepcnt", keepCount, 0);
    Checks.notNegative("tcp_keepidle", keepIdle);
    Checks.notNegative("tcp_keepintvl", keepInterval);
    Checks.notNegative("tcp_user_timeout", userTimeout);
  }
}

package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * How long answers of the name service are kept, whatever their own time to live.
 *
 * @param maxTtl addresses
 * @param failureTtl failures and unknown names
 */
public record DnsConfig(Duration maxTtl, Duration failureTtl) {

  public DnsConfig {
    Checks.notNegative("dns_max_ttl", maxTtl);
    Checks.notNegative("dns_nxdomain_ttl", failureTtl);
  }
}

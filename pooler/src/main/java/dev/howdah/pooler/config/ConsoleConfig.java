package dev.howdah.pooler.config;

import java.util.Set;

/**
 * Who may use the admin console.
 *
 * @param adminUsers may do everything
 * @param statsUsers may look only
 */
public record ConsoleConfig(Set<String> adminUsers, Set<String> statsUsers) {

  public ConsoleConfig {
    adminUsers = Set.copyOf(adminUsers);
    statsUsers = Set.copyOf(statsUsers);
  }
}

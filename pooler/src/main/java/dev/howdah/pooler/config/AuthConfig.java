package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How clients prove who they are.
 *
 * @param type the method
 * @param file the user list, read by {@link UserList#load}; empty for no users
 * @param scramIterations for SCRAM secrets made here from plain-text passwords
 * @param query how users who are not listed are looked up; its SQL is always there
 * @param hba the rules for {@link AuthType#HBA}
 */
public record AuthConfig(
    AuthType type, Optional<Path> file, AuthQuery query, int scramIterations, HbaConfig hba) {

  public AuthConfig {
    Checks.atLeast("scram_iterations", scramIterations, 1);
  }

  AuthConfig withScramIterations(int iterations) {
    return new AuthConfig(type, file, query, iterations, hba);
  }
}

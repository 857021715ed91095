package dev.howdah.pooler.config;

import java.util.List;

/**
 * A user list that can be used.
 *
 * @param users who is listed
 * @param warnings what the operator should know although it is no error, one sentence each
 */
public record LoadedUsers(UserList users, List<String> warnings) {

  public LoadedUsers {
    warnings = List.copyOf(warnings);
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.wire.error.ErrorFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a command that succeeded.
 *
 * @param notices sent before everything else
 * @param table the rows; null when it answers none
 * @param tag for CommandComplete
 */
record Reply(List<ErrorFields> notices, @Nullable Table table, String tag) {

  static Reply done(String tag) {
    return new Reply(List.of(), null, tag);
  }

  static Reply rows(Table table) {
    return new Reply(List.of(), table, "SHOW");
  }

  static Reply noticed(ErrorFields notice, String tag) {
    return new Reply(List.of(notice), null, tag);
  }
}

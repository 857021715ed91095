package dev.howdah.pooler.log;

import java.util.function.BiConsumer;

/**
 * What a log line is about. An argument of this type appears in a text log as its {@code toString},
 * and its fields appear by name where the log has fields.
 */
public interface LogSubject {

  /** Names every field with its value, a text or a number. Called while the event is logged. */
  void describe(BiConsumer<String, Object> fields);
}

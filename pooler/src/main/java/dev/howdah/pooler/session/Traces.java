package dev.howdah.pooler.session;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What statements may have left behind in a session since it was last looked at. Gathered from
 * texts, so it may be more than is there; {@link Audit} asks PostgreSQL what is.
 */
final class Traces {
  private final Set<String> settings = new TreeSet<>();
  private final EnumSet<PinReason> questions = EnumSet.noneOf(PinReason.class);
  private boolean allSettings;

  boolean isEmpty() {
    return settings.isEmpty() && questions.isEmpty() && !allSettings;
  }

  /** A setting may have changed; the name is in lower case. */
  void addSetting(String name) {
    settings.add(name);
  }

  /** Any setting may have changed. */
  void addAllSettings() {
    allSettings = true;
  }

  /** There may be a reason to pin. */
  void add(PinReason reason) {
    questions.add(reason);
  }

  /** Anything may have happened. */
  void addEverything() {
    allSettings = true;
    questions.addAll(EnumSet.allOf(PinReason.class));
    questions.removeIf(reason -> reason.question() == null);
  }

  Set<String> settings() {
    return settings;
  }

  Set<PinReason> questions() {
    return questions;
  }

  boolean hasAllSettings() {
    return allSettings;
  }

  void clear() {
    settings.clear();
    questions.clear();
    allSettings = false;
  }
}

package dev.howdah.pooler.hba;

import java.util.Optional;

/** What the rules say about one connection. */
public sealed interface Verdict {

  /**
   * The client may try to prove who it is by {@link HbaRule#method}, never {@link
   * HbaMethod#REJECT}. If it fails, no other rule is tried.
   */
  record Prove(HbaRule rule) implements Verdict {

    /** How to prove it. */
    public HbaMethod method() {
      return rule.method();
    }

    /** What else is asked. */
    public HbaOptions options() {
      return rule.options();
    }
  }

  /**
   * The client may not log in: SQLSTATE 28000 (invalid_authorization_specification), FATAL.
   *
   * @param message the text that PostgreSQL would send
   * @param rule the rule that rejects it; empty when no rule matches or none can be found
   */
  record Refuse(String message, Optional<HbaRule> rule) implements Verdict {}
}

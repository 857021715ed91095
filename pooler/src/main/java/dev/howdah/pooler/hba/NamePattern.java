package dev.howdah.pooler.hba;

/** One item of a database or user column. Names are compared exactly, upper and lower case too. */
public sealed interface NamePattern {

  /** The unquoted word {@code all}. */
  record Everything() implements NamePattern {}

  /** The database is called like the user. */
  record SameUser() implements NamePattern {}

  /** Physical replication, which no other item of a database column matches. */
  record PhysicalReplication() implements NamePattern {}

  /** This very name. */
  record Exactly(String name) implements NamePattern {}

  /** A name in which the regular expression is found. */
  record Matching(AccessRegex regex) implements NamePattern {}

  /** Whether the client asks for a database of this kind. */
  default boolean matchesDatabase(ConnectionFacts facts) {
    if (facts.replication()) {
      return this instanceof PhysicalReplication;
    }
    return switch (this) {
      case PhysicalReplication _ -> false;
      case SameUser _ -> facts.database().equals(facts.user());
      case Everything _, Exactly _, Matching _ -> matchesName(facts.database());
    };
  }

  /** Whether this is a name of this kind. */
  default boolean matchesName(String candidate) {
    return switch (this) {
      case Everything _ -> true;
      case Exactly(var name) -> name.equals(candidate);
      case Matching(var regex) -> regex.isFoundIn(candidate);
      case SameUser _, PhysicalReplication _ -> false;
    };
  }
}

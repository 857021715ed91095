package dev.howdah.pooler.hba;

/**
 * Reads items of database and user columns. Each method throws {@link IllegalArgumentException}
 * whose message names the item, what is wrong with it and what would be right.
 */
final class NameParser {

  private NameParser() {}

  static NamePattern database(Token token) {
    if (token.isWord("sameuser")) {
      return new NamePattern.SameUser();
    }
    if (token.isWord("replication")) {
      return new NamePattern.PhysicalReplication();
    }
    if (token.isWord("samerole") || token.isWord("samegroup")) {
      throw new IllegalArgumentException(
          token.text()
              + " is not supported, because the pooler does not know which roles belong to which;"
              + " list the databases, or put the name into quotes if a database is called so");
    }
    return name(token);
  }

  static NamePattern user(Token token) {
    if (token.hasPrefix('+')) {
      throw new IllegalArgumentException(
          token.text()
              + " is not supported, because the pooler does not know which roles belong to which;"
              + " list the users, in a file with @ if there are many, or put the name into quotes"
              + " if a user is called so");
    }
    return name(token);
  }

  private static NamePattern name(Token token) {
    if (token.isWord("all")) {
      return new NamePattern.Everything();
    }
    // As in PostgreSQL, quotes do not take the meaning from a slash: an expression may need them.
    return token.text().startsWith("/") ? regex(token) : new NamePattern.Exactly(token.text());
  }

  static NamePattern regex(Token token) {
    try {
      return new NamePattern.Matching(AccessRegex.compile(token.text().substring(1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(token.text() + " " + e.getMessage(), e);
    }
  }
}

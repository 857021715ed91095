package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.IdentEntry.DatabaseUser;
import java.util.List;
import java.util.Optional;

/** Reads the lines of pg_ident.conf: map, system user, database user. */
final class IdentLineParser {

  private static final String REFERENCE = "\\1";

  private final AccessFindings findings;

  IdentLineParser(AccessFindings findings) {
    this.findings = findings;
  }

  Optional<IdentEntry> parse(AccessLine line) {
    List<List<Token>> fields = line.fields();
    if (fields.size() != 3) {
      findings.problem(
          line,
          "has "
              + fields.size()
              + (fields.size() == 1 ? " column" : " columns")
              + "; write three: map name, system user, database user");
      return Optional.empty();
    }
    for (List<Token> field : fields) {
      if (field.size() > 1) {
        findings.problem(
            line, AccessLine.joined(field) + " is a list; write one line for each name");
        return Optional.empty();
      }
    }
    try {
      NamePattern systemUser = systemUser(fields.get(1).getFirst());
      return Optional.of(
          new IdentEntry(
              fields.get(0).getFirst().text(),
              systemUser,
              databaseUser(fields.get(2).getFirst(), systemUser)));
    } catch (IllegalArgumentException e) {
      findings.problem(line, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static NamePattern systemUser(Token token) {
    return token.text().startsWith("/")
        ? NameParser.regex(token)
        : new NamePattern.Exactly(token.text());
  }

  private static DatabaseUser databaseUser(Token token, NamePattern systemUser) {
    int reference = token.text().indexOf(REFERENCE);
    if (reference < 0 || token.text().startsWith("/") || token.hasPrefix('+')) {
      return new DatabaseUser.Fixed(NameParser.user(token));
    }
    if (!(systemUser instanceof NamePattern.Matching(var regex)) || !regex.hasGroup()) {
      throw new IllegalArgumentException(
          token.text()
              + " refers to a group that is not there; the system user must be a regular"
              + " expression with a group, like /^(.*)@example\\.com$");
    }
    return new DatabaseUser.Captured(
        token.text().substring(0, reference),
        token.text().substring(reference + REFERENCE.length()));
  }
}

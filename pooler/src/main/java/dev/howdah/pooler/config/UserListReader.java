package dev.howdah.pooler.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads PgBouncer's user list line by line. Messages never repeat a secret. */
final class UserListReader {

  private static final int NAME_BYTES_MAX = 127;
  private static final int SECRET_BYTES_MAX = 2047;

  private final Path file;
  private final Findings findings;
  private final Map<String, String> secrets = new LinkedHashMap<>();

  UserListReader(Path file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  /**
   * Reads it; what is wrong goes to the findings.
   *
   * @param mustExist whether a file that cannot be opened is a problem rather than a warning
   */
  UserList read(boolean mustExist) {
    findings.reading(file);
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      if (mustExist || e instanceof CharacterCodingException) {
        findings.problem(file, 0, "cannot be read: " + FileTrouble.inWords(e));
      } else {
        findings.warning(
            "auth_file " + file + " cannot be read, so it lists nobody: " + FileTrouble.inWords(e));
      }
      return UserList.EMPTY;
    }
    int line = 0;
    for (String content : text.split("\n", -1)) {
      readLine(++line, content.strip());
    }
    return new UserList(secrets);
  }

  private void readLine(int line, String content) {
    if (content.isEmpty() || content.charAt(0) == ';' || content.charAt(0) == '#') {
      return;
    }
    StringBuilder name = new StringBuilder();
    StringBuilder secret = new StringBuilder();
    int afterName = unquote(content, 0, name);
    if (afterName < 0) {
      findings.problem(file, line, "the user name is not quoted; write \"user\" \"secret\"");
      return;
    }
    int start = afterName;
    while (start < content.length() && Character.isWhitespace(content.charAt(start))) {
      start++;
    }
    if (unquote(content, start, secret) < 0) {
      findings.problem(
          file, line, "the secret is not quoted; write \"user\" \"secret\", a quote inside twice");
    } else if (content.indexOf('\0') >= 0) {
      findings.problem(file, line, "contains a NUL byte; is this a text file?");
    } else if (name.isEmpty()) {
      findings.problem(file, line, "the user name is empty");
    } else if (name.length() > NAME_BYTES_MAX) {
      findings.problem(file, line, "the user name is longer than " + NAME_BYTES_MAX);
    } else if (secret.length() > SECRET_BYTES_MAX) {
      findings.problem(file, line, "the secret is longer than " + SECRET_BYTES_MAX);
    } else if (secrets.put(name.toString(), secret.toString()) != null) {
      findings.warning(file, line, "user " + name + " is listed again; the last line counts");
    }
  }

  /** Appends the quoted text at {@code at}; returns the index behind it, or -1. */
  private static int unquote(String content, int at, StringBuilder into) {
    if (at >= content.length() || content.charAt(at) != '"') {
      return -1;
    }
    int next = at + 1;
    while (next < content.length()) {
      char c = content.charAt(next++);
      if (c == '"') {
        if (next >= content.length() || content.charAt(next) != '"') {
          return next;
        }
        next++;
      }
      into.append(c);
    }
    return -1;
  }
}

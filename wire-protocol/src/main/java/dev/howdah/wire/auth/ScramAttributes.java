package dev.howdah.wire.auth;

/** Walks the comma-separated {@code name=value} attributes of a SCRAM message, in order. */
final class ScramAttributes {
  private final String text;
  private int at;

  ScramAttributes(String text) {
    this.text = text;
  }

  boolean hasMore() {
    return at < text.length();
  }

  /** Name of the attribute that comes next, NUL at the end. */
  char peek() {
    return hasMore() ? text.charAt(at) : '\0';
  }

  /** Index of the attribute that comes next. */
  int index() {
    return at;
  }

  /** The value of the next attribute, which must have this name. */
  String value(char name) {
    if (peek() != name) {
      throw Scram.malformed("Expected attribute \"%c\".".formatted(name));
    }
    if (at + 1 >= text.length() || text.charAt(at + 1) != '=') {
      throw Scram.malformed("Expected character \"=\" for attribute \"%c\".".formatted(name));
    }
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    String value = text.substring(at + 2, end);
    at = comma < 0 ? end : end + 1;
    if (comma >= 0 && at == text.length()) {
      throw Scram.malformed("Attribute expected, but found end of message.");
    }
    return value;
  }

  byte[] base64(char name) {
    try {
      return Scram.decode(value(name));
    } catch (IllegalArgumentException notBase64) {
      throw Scram.malformed("Attribute \"%c\" is not Base64.".formatted(name));
    }
  }

  /** Passes over an extension, which both sides may add and nobody must understand. */
  void skipExtension() {
    char name = peek();
    if (!((name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z'))) {
      throw Scram.malformed("Attribute expected, but found an invalid character.");
    }
    value(name);
  }
}

package dev.howdah.pooler.hba;

/**
 * One item of a column.
 *
 * @param text without its quotes
 * @param quoted whether it begins with a quote, so that words and prefixes lose their meaning
 */
record Token(String text, boolean quoted) {

  boolean isWord(String word) {
    return !quoted && text.equals(word);
  }

  boolean hasPrefix(char prefix) {
    return !quoted && !text.isEmpty() && text.charAt(0) == prefix;
  }
}

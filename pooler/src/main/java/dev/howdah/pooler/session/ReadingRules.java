package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.SqlRules;
import java.util.Map;

/** How texts of one client are to be read, which depends on settings of its own. */
final class ReadingRules {
  private static final String STRINGS = "standard_conforming_strings";
  private static final String ENCODING = "client_encoding";

  private Map<String, String> parameters = Map.of(); // as the server connection reports them
  private SqlRules rules = SqlRules.STANDARD;
  private String strings = "on"; // what the rules were made of
  private String encoding = "UTF8";
  private boolean changing;

  /** The rules that hold. */
  SqlRules now() {
    return rules;
  }

  /** A server connection reports these from now on. */
  void onLink(Map<String, String> reported) {
    parameters = reported;
    follow();
  }

  /** The server has answered everything it was sent. */
  void follow() {
    String newStrings = parameters.getOrDefault(STRINGS, "on");
    String newEncoding = parameters.getOrDefault(ENCODING, "UTF8");
    if (!newStrings.equals(strings) || !newEncoding.equals(encoding)) {
      strings = newStrings;
      encoding = newEncoding;
      rules = SqlRules.of(!newStrings.equals("off"), newEncoding);
    }
    changing = false;
  }

  /** A setting is changed by what was sent last. */
  void onSet(String name) {
    changing |= name.equals(STRINGS) || name.equals(ENCODING);
  }

  /** Whether texts behind the one that was sent last may have to be read by other rules. */
  boolean areChanging() {
    return changing;
  }
}

package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.SourceRange;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The channels one client listens on, although no server connection listens for it alone.
 *
 * <p><b>PostgreSQL decides what holds.</b> LISTEN and UNLISTEN take effect at COMMIT, and not at
 * all after a ROLLBACK, to a savepoint perhaps. That is not worked out here: the statements run on
 * the client's server connection under stand-ins for the names ({@link ChannelNames}), and when the
 * transaction is over the {@link Audit} asks which of them are there. An UNLISTEN leaves nothing
 * that could be seen, so something goes before it ({@link #errand}): outside of a transaction, the
 * stand-ins of all channels of the client, so that those it ends are missing afterwards; inside of
 * one, a second stand-in that means "no more", which shares the fate of the UNLISTEN.
 *
 * <p>The pool's listener listens from before the COMMIT on; what comes until the audit has its
 * answer is kept.
 */
final class Subscriptions {
  private static final int NAME_BYTES_MAX = 63;

  private final Set<String> confirmed = new TreeSet<>();
  private final Set<String> expected = new TreeSet<>(); // the listener hears them for us already
  private final Map<String, String> mentioned = new LinkedHashMap<>(); // by key
  private final Set<String> assumedGone = new HashSet<>(); // unless something failed
  private boolean standing; // the stand-ins of all confirmed ones were there before
  private boolean marked; // there may be stand-ins that mean "no more"

  /** Whether anything may be heard. */
  boolean isActive() {
    return !confirmed.isEmpty() || !expected.isEmpty();
  }

  /** Whether it listens on any channel already. */
  boolean hearsAnything() {
    return !confirmed.isEmpty();
  }

  /** Whether notifications on a channel are for the client. */
  boolean hears(String channel) {
    return confirmed.contains(channel);
  }

  /** Whether they will be, if its transaction commits. */
  boolean expects(String channel) {
    return expected.contains(channel);
  }

  /** Every channel that the listener hears for the client. */
  Set<String> all() {
    Set<String> all = new TreeSet<>(confirmed);
    all.addAll(expected);
    return all;
  }

  // ---- before a text ----

  /** Whether a text listens, or stops to. */
  static boolean isAbout(StatementFacts facts) {
    if (facts.isPlain()) {
      return false;
    }
    for (Statement statement : facts.statements()) {
      if (statement instanceof Statement.Listen || statement instanceof Statement.Unlisten) {
        return true;
      }
    }
    return false;
  }

  /** Whether PostgreSQL takes every name in a text as it stands, without a word about it. */
  static boolean areNamesShort(StatementFacts facts) {
    for (Statement statement : facts.statements()) {
      SqlName name =
          switch (statement) {
            case Statement.Listen listen -> listen.channel();
            case Statement.Unlisten unlisten -> unlisten.channel();
            default -> null;
          };
      if (name != null && name.range().end() - name.range().start() > NAME_BYTES_MAX) {
        return false;
      }
    }
    return true;
  }

  /** The channels that the listener has to hear before a text is sent. */
  Set<String> unheard(StatementFacts facts) {
    Set<String> channels = new TreeSet<>();
    for (Statement statement : facts.statements()) {
      if (statement instanceof Statement.Listen(var _, SqlName channel)
          && !confirmed.contains(channel.text())
          && !expected.contains(channel.text())) {
        channels.add(channel.text());
      }
    }
    return channels;
  }

  /** The listener hears these for the client from now on. */
  void expect(Set<String> channels) {
    expected.addAll(channels);
  }

  /**
   * What has to run before a text, so that one can see afterwards what became of it; null for
   * nothing.
   *
   * @param inTransaction whether a transaction is open
   */
  @Nullable String errand(StatementFacts facts, boolean inTransaction) {
    StringJoiner sql = new StringJoiner("; ");
    for (Statement statement : facts.statements()) {
      switch (statement) {
        case Statement.Listen(var _, SqlName name) when marked ->
            sql.add(unlisten(ChannelNames.UNLISTENS + mention(name.text())));
        case Statement.Unlisten _ when !inTransaction -> letStand(sql);
        case Statement.Unlisten(var _, SqlName name) when name != null -> mark(sql, name.text());
        case Statement.Unlisten _ -> {
          for (String channel : all()) {
            sql.add(unlisten(ChannelNames.LISTENS + mention(channel)));
            mark(sql, channel);
          }
        }
        default -> {
          // nothing to be seen afterwards
        }
      }
    }
    return sql.length() == 0 ? null : sql.toString();
  }

  private void letStand(StringJoiner sql) {
    if (!standing) {
      standing = true;
      confirmed.forEach(channel -> sql.add(listen(ChannelNames.LISTENS + mention(channel))));
    }
  }

  private void mark(StringJoiner sql, String channel) {
    marked = true;
    sql.add(listen(ChannelNames.UNLISTENS + mention(channel)));
  }

  private static String listen(String name) {
    return "LISTEN " + name;
  }

  private static String unlisten(String name) {
    return "UNLISTEN " + name;
  }

  private String mention(String channel) {
    String key = ChannelNames.key(channel);
    mentioned.put(key, channel);
    return key;
  }

  /**
   * A prepared statement is executed. UNLISTEN * went as it is: it takes the stand-ins with it.
   *
   * @param prepared whether its {@link #errand} has run
   */
  void noteBound(StatementFacts facts, boolean prepared) {
    for (Statement statement : facts.statements()) {
      switch (statement) {
        case Statement.Listen(var _, SqlName name) -> mention(name.text());
        case Statement.Unlisten(var _, SqlName name) when name == null || !prepared ->
            assumedGone.addAll(name == null ? all() : Set.of(name.text()));
        default -> {
          // seen afterwards
        }
      }
    }
  }

  /** An UNLISTEN is on its way for which nothing could be prepared. */
  void assumeGone(StatementFacts facts) {
    for (Statement statement : facts.statements()) {
      if (statement instanceof Statement.Unlisten(var _, SqlName name)) {
        assumedGone.addAll(name == null ? all() : Set.of(name.text()));
      }
    }
  }

  /** Everything the client listens on is given up, unless that fails. */
  void assumeAllGone() {
    assumedGone.addAll(all());
  }

  // ---- the text itself ----

  /** A statement of a text, as it goes to the server. */
  interface Replacement {
    /** {@code text} takes the place of a part of it. */
    void put(SourceRange range, String text);
  }

  /**
   * What goes to the server in place of the names in a text.
   *
   * @param inTransaction whether a transaction is open
   */
  void rewrite(StatementFacts facts, boolean inTransaction, Replacement out) {
    for (Statement statement : facts.statements()) {
      switch (statement) {
        case Statement.Listen(var _, SqlName name) ->
            out.put(name.range(), ChannelNames.LISTENS + mention(name.text()));
        case Statement.Unlisten(var _, SqlName name) when name != null ->
            out.put(name.range(), ChannelNames.LISTENS + mention(name.text()));
        case Statement.Unlisten(var range, var _) when inTransaction ->
            out.put(range, unlisten(ChannelNames.NONE));
        default -> {
          // as it is
        }
      }
    }
  }

  // ---- afterwards ----

  /** Whether an audit has to ask for stand-ins. */
  boolean areMentioned() {
    return !mentioned.isEmpty();
  }

  /** The query that finds the stand-ins, as an expression. */
  static String question() {
    return "(SELECT pg_catalog.string_agg(c, ',') FROM pg_catalog.pg_listening_channels() c"
        + " WHERE NOT "
        + ChannelNames.IS_FOREIGN
        + ")";
  }

  /** What removes the stand-ins from the server connection again. */
  String cleaning() {
    StringJoiner sql = new StringJoiner("; ");
    for (String key : mentioned.keySet()) {
      sql.add(unlisten(ChannelNames.LISTENS + key)).add(unlisten(ChannelNames.UNLISTENS + key));
    }
    return sql.toString();
  }

  /**
   * The transaction is over.
   *
   * @param found the stand-ins on the server connection, separated by commas; null for none
   * @param undone whether something failed or was rolled back
   * @return the channels that the listener need not hear for the client any more
   */
  Set<String> onFound(@Nullable String found, boolean undone) {
    Set<String> names = found == null ? Set.of() : Set.of(found.split(","));
    Set<String> before = all();
    for (Map.Entry<String, String> each : mentioned.entrySet()) {
      String channel = each.getValue();
      if (names.contains(ChannelNames.LISTENS + each.getKey())) {
        confirmed.add(channel);
      } else if (standing || names.contains(ChannelNames.UNLISTENS + each.getKey())) {
        confirmed.remove(channel);
      }
    }
    if (!undone) {
      confirmed.removeAll(assumedGone);
    }
    onOver();
    before.removeAll(confirmed);
    return before;
  }

  /** A transaction is over that was about no channel. */
  void onOver() {
    expected.clear();
    mentioned.clear();
    assumedGone.clear();
    standing = false;
    marked = false;
  }

  /** Gives up one channel, or all; returns what was given up. */
  Set<String> drop(@Nullable String channel) {
    Set<String> dropped = new TreeSet<>(confirmed);
    dropped.removeIf(each -> channel != null && !each.equals(channel));
    confirmed.removeAll(dropped);
    return dropped;
  }
}

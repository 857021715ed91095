package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.SourceRange;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a client's LISTEN and UNLISTEN on their way to the server. Before one passes, the
 * pool's listener has to hear the channel, so that nothing is missed once it holds, and an {@link
 * #takeErrand errand} may have to run; then it is given stand-ins for the names. Where that cannot
 * be done, it goes as it is, and the server connection stays with the client. Event loop of the
 * client only.
 */
public final class ClientChannels {
  private final Subscriptions subscriptions = new Subscriptions();
  private final SessionSurroundings surroundings;
  private Map<String, String> parameters = Map.of(); // as the server connection reports them
  private Set<String> unheard = Set.of(); // by the listener, for the message that is held
  private @Nullable String errand; // before the message that is held
  private boolean ready; // the message that is held can pass
  private boolean parsedReady; // what was parsed last can be executed
  private boolean real; // the message that is held goes as it is

  ClientChannels(SessionSurroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** A server connection reports these from now on. */
  void onLink(Map<String, String> reported) {
    parameters = reported;
  }

  /** Whether a text is about channels: then all of this comes in. */
  static boolean areIn(StatementFacts facts) {
    return Subscriptions.isAbout(facts);
  }

  /** Whether a text may be about channels, by its first letters. */
  static boolean mayBeIn(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && in.getByte(at) <= ' ' && in.getByte(at) > 0) {
      at++;
    }
    if (to - at < "LISTEN".length()) {
      return false;
    }
    int first = in.getByte(at) | 0x20;
    int second = in.getByte(at + 1) | 0x20;
    return (first == 'l' && second == 'i')
        || (first == 'u' && second == 'n')
        || first == '/'
        || first == '-';
  }

  // ---- before ----

  /**
   * Whether something has to be done before a text can be sent; nothing of the client's is under
   * way. Then {@link #takeUnheard} and {@link #takeErrand} say what.
   */
  boolean mustPrepare(StatementFacts facts, boolean inTransaction) {
    if (ready || real) {
      return false;
    }
    if (!hasServerEncoding() || !Subscriptions.areNamesShort(facts)) {
      real = true;
      return false;
    }
    unheard = subscriptions.unheard(facts);
    errand = subscriptions.errand(facts, inTransaction);
    return !unheard.isEmpty() || errand != null;
  }

  /** Whether the client and the listener understand each other. */
  private boolean hasServerEncoding() {
    String own = parameters.getOrDefault("client_encoding", "");
    return own.equals(parameters.getOrDefault("server_encoding", ""));
  }

  /** The channels that the listener has to hear first; {@link #onSubscribed} follows. */
  public Set<String> takeUnheard() {
    Set<String> taken = unheard;
    unheard = Set.of();
    return taken;
  }

  /** The listener hears channels for the client, or cannot: then the server connection has to. */
  public void onSubscribed(Set<String> channels, boolean done) {
    ready = done;
    real = !done;
    if (done) {
      subscriptions.expect(channels);
    } else {
      errand = null;
    }
  }

  /** The statement to be run first on the client's server connection; null for none. */
  @Nullable String takeErrand() {
    String sql = errand;
    errand = null;
    ready |= sql != null;
    return sql;
  }

  /** The message that is held is refused by PostgreSQL anyway. */
  void dropErrand() {
    unheard = Set.of();
    errand = null;
  }

  /** Whether the text that passes now goes as it is. */
  private boolean passesAsItIs(StatementFacts facts) {
    boolean asItIs = real;
    real = false;
    ready = false;
    if (asItIs) {
      subscriptions.assumeGone(facts);
    }
    return asItIs;
  }

  // ---- the text ----

  /**
   * A Query passes.
   *
   * @param at index of its type byte
   */
  void onQuery(StatementFacts facts, ByteBuf in, int at, boolean inTransaction, Splices out) {
    if (passesAsItIs(facts)) {
      return;
    }
    int body = at + BackendScanner.HEADER_BYTES;
    var rewritten = new Rewritten(in, body);
    subscriptions.rewrite(facts, inTransaction, rewritten);
    ByteBuf head = in.alloc().buffer(BackendScanner.HEADER_BYTES);
    out.replace(at, body, head.writeByte('Q').writeInt(in.getInt(at + 1) + rewritten.grownBytes));
    out.replace(body, rewritten.at, rewritten.text);
  }

  /**
   * A Parse passes.
   *
   * @param from index of its text
   * @param end index behind the message
   * @return text and types of the parameters as they go to the server; null when as they are
   */
  byte @Nullable [] onParse(StatementFacts facts, ByteBuf in, int from, int end) {
    parsedReady = ready;
    if (passesAsItIs(facts)) {
      return null;
    }
    var rewritten = new Rewritten(in, from);
    subscriptions.rewrite(facts, false, rewritten);
    byte[] definition = new byte[end - from + rewritten.grownBytes];
    int length = rewritten.text.readableBytes();
    rewritten.text.readBytes(definition, 0, length).release();
    in.getBytes(rewritten.at, definition, length, definition.length - length);
    return definition;
  }

  /** A Bind passes of a statement about channels. */
  void onBind(StatementFacts facts) {
    boolean prepared = ready || parsedReady;
    ready = false;
    parsedReady = false;
    real = false;
    if (!prepared) {
      // It stands in the middle of a batch: the answer to it waits for the listener at least.
      Set<String> late = subscriptions.unheard(facts);
      subscriptions.expect(late);
      if (!late.isEmpty()) {
        surroundings.subscribe(late, done -> {});
      }
    }
    subscriptions.noteBound(facts, prepared);
  }

  /** A text as it is put together, from the beginning to the last name. */
  private static final class Rewritten implements Subscriptions.Replacement {
    private final ByteBuf in;
    private final int start;
    private final ByteBuf text;
    private int at; // how far the original has been taken over
    private int grownBytes;

    Rewritten(ByteBuf in, int start) {
      this.in = in;
      this.start = start;
      this.at = start;
      this.text = in.alloc().buffer();
    }

    @Override
    public void put(SourceRange range, String replacement) {
      text.writeBytes(in, at, start + range.start() - at);
      text.writeCharSequence(replacement, StandardCharsets.US_ASCII);
      at = start + range.end();
      grownBytes += replacement.length() - (range.end() - range.start());
    }
  }

  // ---- afterwards ----

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** The transaction is over, and these stand-ins are there; see {@link Audit#channels}. */
  void onFound(@Nullable String found, boolean undone) {
    giveUp(subscriptions.onFound(found, undone));
  }

  /** Ends the subscription to a channel, or to all when null. */
  void unsubscribe(@Nullable String channel) {
    giveUp(subscriptions.drop(channel));
  }

  private void giveUp(Set<String> channels) {
    if (!channels.isEmpty()) {
      surroundings.unsubscribe(channels);
    }
  }

  /** Whether the client may hear anything from the listener. */
  public boolean areSubscribed() {
    return subscriptions.isActive();
  }

  /** Whether the client listens on any channel already. */
  public boolean hearAnything() {
    return subscriptions.hearsAnything();
  }

  /** Whether notifications on a channel are for the client. */
  public boolean hear(String channel) {
    return subscriptions.hears(channel);
  }

  /** Whether they will be, if the client's transaction commits. */
  public boolean expect(String channel) {
    return subscriptions.expects(channel);
  }
}

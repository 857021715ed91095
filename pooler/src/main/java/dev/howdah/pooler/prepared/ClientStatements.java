package dev.howdah.pooler.prepared;

import dev.howdah.pooler.prepared.NameTable.Entry;
import dev.howdah.pooler.prepared.ServerStatements.Pending;
import dev.howdah.pooler.sql.SqlName;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.Splices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of one client (docs: "Extended Query"), so that they are there on
 * whichever server connection it gets. Event loop of the client only.
 *
 * <p>On servers a statement goes by a name of ours, shared by all clients with the same text. On
 * their way, Parse, Bind, Describe and Close are given that name; where the server connection does
 * not have the statement yet, a Parse of ours goes before. What a server need not do, because the
 * statement is there already or because others still use it, is replaced by something harmless that
 * is answered in the same way: so the answers come in PostgreSQL's order, and an error makes
 * PostgreSQL skip them like any other message.
 *
 * <p>The unnamed statement is nobody's secret either: it is kept here in full, and parsed again on
 * a server connection where it is not the latest.
 */
public final class ClientStatements {
  private static final int HEADER_BYTES = 5;
  private static final int BOUND_MAX = 8; // a power of two

  /** Parse of an empty text as the unnamed statement: always succeeds, in no time. */
  private static final byte[] EMPTY_PARSE = {'P', 0, 0, 0, 8, 0, 0, 0, 0};

  /** Close of a statement that never exists: always succeeds. */
  private static final byte[] CLOSE_OF_NOTHING = closeOf(SharedStatement.PREFIX);

  private static final byte[] CLOSE_OF_UNNAMED = closeOf("");

  private final StatementCatalogue catalogue;
  private final int perServerMax;
  private final NameTable names = new NameTable();
  private final Map<String, Entry> inTexts = new HashMap<>(); // names of ours that stand in texts
  private byte[] unnamed = new byte[0]; // definition of the unnamed statement, grown as needed
  private int unnamedBytes = -1; // of it; -1 when there is none
  private long unnamedVersion;
  private @Nullable StatementFacts unnamedFacts;
  private final @Nullable SharedStatement[] bound = new @Nullable SharedStatement[BOUND_MAX];
  private int boundCount; // since everything was answered, the latest of them in bound
  private @Nullable SharedStatement last; // bound; null for the unnamed one
  private boolean sharing = true;
  private ServerStatements server = new ServerStatements();
  private AwaitedReplies awaited = new AwaitedReplies();

  /**
   * A client that has prepared nothing.
   *
   * @param perServerMax how many statements a server connection may have; at least 1
   */
  public ClientStatements(StatementCatalogue catalogue, int perServerMax) {
    this.catalogue = catalogue;
    this.perServerMax = perServerMax;
  }

  private static byte[] closeOf(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[HEADER_BYTES + 1 + bytes.length + 1];
    message[0] = 'C';
    message[4] = (byte) (message.length - 1);
    message[HEADER_BYTES] = 'S';
    System.arraycopy(bytes, 0, message, HEADER_BYTES + 1, bytes.length);
    return message;
  }

  /** From now on messages go to this server connection. */
  public void onLink(ServerStatements statements, AwaitedReplies replies) {
    server = statements;
    awaited = replies;
    statements.beginLink();
  }

  /**
   * Whether the server ignores what is sent now, or chokes on it: then nothing is to be changed.
   */
  private boolean isUnheard() {
    return awaited.isSkipping() || awaited.inCopyIn();
  }

  // ---- Parse ----

  /**
   * Whether what a text means to this client it means to others: not so while this one may have
   * objects of its own, which the text may name.
   */
  public void setSharing(boolean on) {
    sharing = on;
  }

  /**
   * A Parse message on its way.
   *
   * @param at index of its type byte
   * @param nameEnd index of the zero byte behind the statement's name
   * @param end index behind the message
   * @param searchPath the client's, empty when it has set none
   * @param refused whether the server would refuse any text, because its transaction has failed
   * @param rewritten text and types of parameters for the server; null when as they are
   */
  public void onParse(
      ByteBuf in,
      int at,
      int nameEnd,
      int end,
      String searchPath,
      boolean refused,
      byte @Nullable [] rewritten,
      FactsReader reader,
      Splices out) {
    if (isUnheard()) {
      return;
    }
    ByteBuf renamed = rewritten == null ? renameInParse(in, at, nameEnd, end, reader, out) : null;
    if (renamed == null) {
      define(
          in,
          at,
          nameEnd,
          end,
          searchPath,
          refused,
          rewritten,
          () -> reader.read(in, nameEnd + 1, end),
          out);
      return;
    }
    Splices inner = new Splices();
    int shift = nameEnd - at; // the names before the text are the same
    define(
        renamed,
        0,
        shift,
        renamed.writerIndex(),
        searchPath,
        refused,
        null,
        () -> reader.read(renamed, shift + 1, renamed.writerIndex()),
        inner);
    out.replace(at, end, joined(renamed, inner));
  }

  /** The same Parse with names in its text as the server knows them; null when it has none. */
  private @Nullable ByteBuf renameInParse(
      ByteBuf in, int at, int nameEnd, int end, FactsReader reader, Splices out) {
    if (names.size() == 0 || !NamesInText.mayHave(in, nameEnd + 1)) {
      return null;
    }
    StatementFacts facts = reader.read(in, nameEnd + 1, end);
    List<SqlName> found = NamesInText.of(facts);
    List<@Nullable SharedStatement> ours = ours(found);
    if (!isAny(ours)) {
      return null;
    }
    for (int i = 0; i < ours.size(); i++) {
      SharedStatement statement = ours.get(i);
      if (statement != null) {
        provide(statement, in.alloc(), at, out);
      }
    }
    Splices changes = new Splices();
    ByteBuf copy = in.alloc().buffer(end - at).writeBytes(in, at, end - at);
    NamesInText.rename(copy, 0, nameEnd + 1 - at, found, ours, changes);
    return joined(copy, changes);
  }

  private static ByteBuf joined(ByteBuf message, Splices changes) {
    ByteBuf whole = message.alloc().buffer(message.readableBytes() + 64);
    changes.apply(
        message.alloc(),
        message,
        part -> {
          whole.writeBytes(part);
          part.release();
        });
    return whole;
  }

  private void define(
      ByteBuf in,
      int at,
      int nameEnd,
      int end,
      String searchPath,
      boolean refused,
      byte @Nullable [] rewritten,
      Supplier<StatementFacts> facts,
      Splices out) {
    int nameStart = at + HEADER_BYTES;
    if (nameStart == nameEnd) {
      if (rewritten == null) {
        keepUnnamed(in, nameEnd + 1, end, facts.get());
      } else {
        keepUnnamed(Unpooled.wrappedBuffer(rewritten), 0, rewritten.length, facts.get());
        out.replace(at, end, unnamedParse(in.alloc()));
      }
      server.setUnnamed(this, unnamedVersion);
      long version = unnamedVersion;
      server.sent(new Pending(Pending.NOTHING, () -> onUnnamedLost(version)));
      return;
    }
    Entry live = names.find(in, nameStart, nameEnd);
    if (live != null) {
      refuseDuplicate(live, in, at, nameEnd, out);
      return;
    }
    byte[] definition = rewritten == null ? copy(in, nameEnd + 1, end) : rewritten;
    SharedStatement shared =
        sharing
            ? catalogue.find(definition, searchPath, facts)
            : StatementCatalogue.unshared(definition, facts);
    Entry entry = names.put(in, nameStart, nameEnd, shared);
    if (server.has(shared) && !refused) {
      out.replace(at, end, in.alloc().buffer(EMPTY_PARSE.length).writeBytes(EMPTY_PARSE));
      server.setUnnamed(null, 0);
      server.sent(new Pending(Pending.NOTHING, () -> names.remove(entry)));
      return;
    }
    if (server.takeDoubt(shared)) {
      close(shared, in.alloc(), at, out);
    }
    if (rewritten == null) {
      rename(in, at, nameStart, nameEnd, shared, out);
    } else {
      out.replace(at, end, shared.parse(in.alloc()));
    }
    boolean isNew = !server.has(shared);
    if (isNew) {
      server.add(shared);
    }
    server.sent(
        new Pending(
            shared::accept,
            () -> {
              names.remove(entry);
              server.expectComplaint(shared, entry.name());
              if (isNew) {
                server.remove(shared);
              }
            }));
    makeRoom(in.alloc(), end, out);
  }

  private static byte[] copy(ByteBuf in, int from, int to) {
    byte[] bytes = new byte[to - from];
    in.getBytes(from, bytes);
    return bytes;
  }

  /** PostgreSQL has refused the unnamed statement, and has dropped the one before first. */
  private void onUnnamedLost(long version) {
    if (unnamedVersion == version) {
      dropUnnamed();
    }
  }

  /** A Parse is on its way as it is, and its statement goes by the client's own name. */
  public void onForeignParse() {
    server.sent(Pending.OF_NO_INTEREST);
  }

  /** A Parse that is too large to be looked at is on its way as it is. */
  public void onLargeParse() {
    unnamedBytes = -1;
    server.setUnnamed(this, ++unnamedVersion);
    server.sent(Pending.OF_NO_INTEREST);
  }

  /**
   * A Parse is on its way that the server will refuse; it ends the unnamed statement, if it is
   * that.
   */
  public void onRefusedParse(boolean ofUnnamed) {
    if (isUnheard()) {
      return;
    }
    if (ofUnnamed) {
      dropUnnamed();
    }
    server.sent(Pending.OF_NO_INTEREST);
  }

  private void keepUnnamed(ByteBuf in, int from, int to, StatementFacts facts) {
    int length = to - from;
    if (unnamed.length < length) {
      unnamed = new byte[Math.max(length, 64)];
    }
    in.getBytes(from, unnamed, 0, length);
    unnamedBytes = length;
    unnamedFacts = facts;
    unnamedVersion++;
  }

  /**
   * PostgreSQL refuses it in its own words, but about our name, which is put right on the way back.
   */
  private void refuseDuplicate(Entry live, ByteBuf in, int at, int nameEnd, Splices out) {
    provide(live.statement(), in.alloc(), at, out);
    rename(in, at, at + HEADER_BYTES, nameEnd, live.statement(), out);
    server.expectComplaint(live.statement(), live.name());
    server.sent(Pending.OF_NO_INTEREST);
  }

  // ---- names in texts ----

  /** What the names in a text stand for; null for a name that Parse did not give. */
  private List<@Nullable SharedStatement> ours(List<SqlName> found) {
    List<@Nullable SharedStatement> ours = new ArrayList<>(found.size());
    for (SqlName name : found) {
      Entry entry = find(name.text());
      ours.add(entry == null ? null : entry.statement());
      if (entry != null) {
        inTexts.put(entry.statement().toString(), entry);
        server.expectComplaint(entry.statement(), entry.name());
      }
    }
    return ours;
  }

  private static boolean isAny(List<@Nullable SharedStatement> statements) {
    return statements.stream().anyMatch(Objects::nonNull);
  }

  /** Whether the text of a Query speaks of a statement that Parse has made. */
  public boolean isNamedIn(StatementFacts facts) {
    if (names.size() == 0 || facts.isPlain()) {
      return false;
    }
    for (SqlName name : NamesInText.of(facts)) {
      if (find(name.text()) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * A statement that the text of a Query speaks of and that the server has to be told first,
   * because a failure would make it skip the Query; null when there is none.
   */
  public @Nullable SharedStatement missing(StatementFacts facts) {
    for (SharedStatement statement : ours(NamesInText.of(facts))) {
      if (statement != null && !server.has(statement)) {
        return statement;
      }
    }
    return null;
  }

  /** The batch that makes a statement known to the server, up to its Sync. */
  public ByteBuf batchFor(SharedStatement statement, ByteBufAllocator allocator) {
    ByteBuf batch = allocator.buffer();
    for (ByteBuf part : List.of(statement.close(allocator), statement.parse(allocator))) {
      batch.writeBytes(part);
      part.release();
    }
    return batch.writeByte('S').writeInt(4);
  }

  /** The server has accepted what {@link #batchFor} holds. */
  public void onTold(SharedStatement statement) {
    server.takeDoubt(statement);
    server.add(statement);
  }

  /**
   * Puts the names that the server knows into the text of a Query that {@link #isNamedIn}.
   *
   * @param at index of the message's type byte
   */
  public void renameInQuery(StatementFacts facts, ByteBuf in, int at, Splices out) {
    List<SqlName> found = NamesInText.of(facts);
    NamesInText.rename(in, at, at + HEADER_BYTES, found, ours(found), out);
    onRun(facts, found, name -> find(name.text()));
  }

  /** A text with these names is about to run. */
  private void onRun(
      StatementFacts facts, List<SqlName> found, Function<SqlName, @Nullable Entry> meaning) {
    for (SqlName name : found) {
      Entry entry = meaning.apply(name);
      if (entry != null && NamesInText.deallocates(facts, name)) {
        names.remove(entry);
        server.doubt(entry.statement());
      }
    }
  }

  /** A text in which our names stand is about to run, once more perhaps, and elsewhere. */
  private void provideNamed(StatementFacts facts, ByteBufAllocator allocator, int at, Splices out) {
    List<SqlName> found = NamesInText.of(facts);
    for (SqlName name : found) {
      Entry entry = inTexts.get(name.text());
      if (entry != null) {
        SharedStatement statement = entry.statement();
        if (names.has(entry)) {
          provide(statement, allocator, at, out);
        } else if (server.has(statement)) {
          server.remove(statement); // not for this client any more, and PostgreSQL has to say so
          close(statement, allocator, at, out);
        }
        server.expectComplaint(statement, entry.name());
      }
    }
    onRun(facts, found, name -> inTexts.get(name.text()));
  }

  private @Nullable Entry find(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return names.find(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
  }

  // ---- Bind, Describe, Close ----

  /**
   * A Bind message on its way.
   *
   * @return the facts about its statement; null when it has none
   */
  public @Nullable StatementFacts onBind(ByteBuf in, int at, int end, Splices out) {
    int portalEnd = in.indexOf(at + HEADER_BYTES, end, (byte) 0);
    int nameEnd = portalEnd < 0 ? -1 : in.indexOf(portalEnd + 1, end, (byte) 0);
    return nameEnd < 0 ? null : onUse(in, at, portalEnd + 1, nameEnd, true, out);
  }

  /** The facts about the statement that a Bind message is about; null when it has none. */
  public @Nullable StatementFacts factsOfBind(ByteBuf in, int at, int end) {
    int nameStart = in.indexOf(at + HEADER_BYTES, end, (byte) 0) + 1;
    int nameEnd = nameStart == 0 ? -1 : in.indexOf(nameStart, end, (byte) 0);
    if (nameEnd == nameStart) {
      return unnamedFacts;
    }
    Entry entry = nameEnd < 0 ? null : names.find(in, nameStart, nameEnd);
    return entry == null ? null : entry.statement().facts();
  }

  /**
   * The text of the statement that a Bind message is about, with what follows it in a Parse
   * message; null when there is none.
   */
  public @Nullable ByteBuf textOfBind(ByteBuf in, int at, int end) {
    int nameStart = in.indexOf(at + HEADER_BYTES, end, (byte) 0) + 1;
    int nameEnd = nameStart == 0 ? -1 : in.indexOf(nameStart, end, (byte) 0);
    if (nameEnd == nameStart) {
      return unnamedBytes < 0 ? null : Unpooled.wrappedBuffer(unnamed, 0, unnamedBytes);
    }
    Entry entry = nameEnd < 0 ? null : names.find(in, nameStart, nameEnd);
    return entry == null ? null : Unpooled.wrappedBuffer(entry.statement().definition());
  }

  /**
   * The text of the statement that {@link #onBind} was last about; valid until the next message.
   */
  public ByteBuf lastText() {
    SharedStatement named = last;
    return named == null
        ? Unpooled.wrappedBuffer(unnamed, 0, Math.max(0, unnamedBytes))
        : Unpooled.wrappedBuffer(named.definition());
  }

  /** A Describe message on its way. */
  public void onDescribe(ByteBuf in, int at, int end, Splices out) {
    int nameStart = at + HEADER_BYTES + 1;
    int nameEnd = in.indexOf(nameStart, end, (byte) 0);
    if (nameEnd >= 0 && in.getByte(nameStart - 1) == 'S') {
      onUse(in, at, nameStart, nameEnd, false, out);
    }
  }

  private @Nullable StatementFacts onUse(
      ByteBuf in, int at, int nameStart, int nameEnd, boolean runs, Splices out) {
    if (isUnheard()) {
      return null;
    }
    if (nameStart == nameEnd) {
      last = null;
      if (runs && !inTexts.isEmpty() && unnamedFacts != null) {
        provideNamed(unnamedFacts, in.alloc(), at, out);
      }
      provideUnnamed(in.alloc(), at, out);
      return unnamedBytes < 0 ? null : unnamedFacts;
    }
    Entry entry = names.find(in, nameStart, nameEnd);
    if (entry == null) {
      return null; // PostgreSQL says so, or knows it by PREPARE
    }
    last = entry.statement();
    if (runs) {
      boundCount = awaited.settled() ? 0 : boundCount;
      bound[boundCount++ & (BOUND_MAX - 1)] = entry.statement();
    }
    if (runs && !inTexts.isEmpty()) {
      provideNamed(entry.statement().facts(), in.alloc(), at, out);
    }
    provide(entry.statement(), in.alloc(), at, out);
    rename(in, at, nameStart, nameEnd, entry.statement(), out);
    return entry.statement().facts();
  }

  /**
   * PostgreSQL has refused to run a statement because its result has other columns now. It would do
   * so for ever, on every server connection, so what was bound last is parsed again.
   */
  public void onPlanRefused() {
    for (int i = 0; i < Math.min(boundCount, BOUND_MAX); i++) {
      SharedStatement statement = bound[i];
      if (statement != null) {
        statement.renew();
      }
    }
    boundCount = 0;
  }

  /**
   * A Close message on its way.
   *
   * @param onLost run if it is of nothing that is known here, and the server does not come to it
   */
  public void onClose(ByteBuf in, int at, int end, Splices out, Runnable onLost) {
    if (isUnheard()) {
      onLost.run();
      return;
    }
    int nameStart = at + HEADER_BYTES + 1;
    int nameEnd = in.indexOf(nameStart, end, (byte) 0);
    if (nameEnd < 0 || in.getByte(nameStart - 1) != 'S') {
      server.sent(Pending.OF_NO_INTEREST);
      return;
    }
    if (nameStart == nameEnd) {
      dropUnnamed();
      server.sent(Pending.OF_NO_INTEREST);
      return;
    }
    Entry entry = names.find(in, nameStart, nameEnd);
    if (entry == null) {
      server.sent(new Pending(Pending.NOTHING, onLost));
      return;
    }
    names.remove(entry);
    out.replace(at, end, in.alloc().buffer(CLOSE_OF_NOTHING.length).writeBytes(CLOSE_OF_NOTHING));
    server.sent(new Pending(Pending.NOTHING, () -> names.put(entry)));
  }

  /** Puts our name in place of the client's, and the length right. */
  private static void rename(
      ByteBuf in, int at, int nameStart, int nameEnd, SharedStatement statement, Splices out) {
    int length = in.getInt(at + 1) + statement.nameBytes() - (nameEnd + 1 - nameStart);
    ByteBuf head = in.alloc().buffer(nameStart - at + statement.nameBytes());
    head.writeByte(in.getByte(at)).writeInt(length);
    head.writeBytes(in, at + HEADER_BYTES, nameStart - at - HEADER_BYTES);
    statement.writeName(head);
    out.replace(at, nameEnd + 1, head);
  }

  /** Sees to it that the server has a statement when it reads the message at {@code at}. */
  private void provide(SharedStatement statement, ByteBufAllocator allocator, int at, Splices out) {
    if (server.has(statement)) {
      if (!server.isUnconfirmed(statement) || awaited.owed() == 0) {
        return;
      }
      // A batch before is to prepare it, and may fail before it does: then it is missing here.
      close(statement, allocator, at, out);
    } else if (server.takeDoubt(statement)) {
      close(statement, allocator, at, out);
    }
    out.insert(at, statement.parse(allocator));
    server.addUnconfirmed(statement);
    awaited.sentOwn((byte) 'P');
    server.sent(new Pending(() -> server.confirm(statement), () -> server.remove(statement)));
    makeRoom(allocator, at, out);
  }

  /** Makes the server forget a statement that it may have. */
  private void close(SharedStatement statement, ByteBufAllocator allocator, int at, Splices out) {
    out.insert(at, statement.close(allocator));
    awaited.sentOwn((byte) 'C');
    server.sent(Pending.OF_NO_INTEREST);
  }

  private void provideUnnamed(ByteBufAllocator allocator, int at, Splices out) {
    if (unnamedBytes < 0) {
      if (server.hasUnnamed()) {
        out.insert(at, allocator.buffer(CLOSE_OF_UNNAMED.length).writeBytes(CLOSE_OF_UNNAMED));
        awaited.sentOwn((byte) 'C');
        server.sent(Pending.OF_NO_INTEREST);
        server.setUnnamed(null, 0);
      }
    } else if (!server.unnamedIs(this, unnamedVersion)) {
      out.insert(at, unnamedParse(allocator));
      awaited.sentOwn((byte) 'P');
      server.sent(Pending.OF_NO_INTEREST);
      server.setUnnamed(this, unnamedVersion);
    }
  }

  private ByteBuf unnamedParse(ByteBufAllocator allocator) {
    ByteBuf parse = allocator.buffer(HEADER_BYTES + 1 + unnamedBytes);
    parse.writeByte('P').writeInt(4 + 1 + unnamedBytes).writeByte(0);
    return parse.writeBytes(unnamed, 0, unnamedBytes);
  }

  private void makeRoom(ByteBufAllocator allocator, int at, Splices out) {
    while (server.size() > perServerMax) {
      SharedStatement oldest = server.removeOldest();
      out.insert(at, oldest.close(allocator));
      awaited.sentOwn((byte) 'C');
      server.sent(new Pending(Pending.NOTHING, () -> server.restore(oldest)));
    }
  }

  // ---- what ends them ----

  /** A simple query is on its way: it ends the unnamed statement (docs: "Extended Query"). */
  public void onQuery() {
    if (unnamedBytes >= 0 || server.hasUnnamed()) {
      dropUnnamed();
    }
  }

  private void dropUnnamed() {
    unnamedBytes = -1;
    unnamedFacts = null;
    server.setUnnamed(null, 0);
  }

  /** Forgets all names, as DEALLOCATE ALL does; servers keep what they have. */
  public void deallocateAll() {
    names.clear();
    inTexts.clear();
  }

  /** The server connection has dropped everything that was prepared on it, for DISCARD ALL. */
  public void onServerDiscarded() {
    deallocateAll();
    server.clear();
  }

  /** Whether there is such a name. */
  public boolean knows(String name) {
    return find(name) != null;
  }

  /**
   * Forgets a name, as DEALLOCATE does.
   *
   * @return whether there was one
   */
  public boolean deallocate(String name) {
    Entry entry = find(name);
    if (entry != null) {
      names.remove(entry);
    }
    return entry != null;
  }

  // ---- without a server ----

  /**
   * Takes note of a Parse that needs no server, because one has accepted the same text before, or
   * any would.
   *
   * @return false when it does need one
   */
  public boolean parseAlone(
      ByteBuf in, int at, int nameEnd, int end, String searchPath, Supplier<StatementFacts> facts) {
    int nameStart = at + HEADER_BYTES;
    if (nameStart == nameEnd
        || names.find(in, nameStart, nameEnd) != null
        || (names.size() > 0 && NamesInText.mayHave(in, nameEnd + 1))) {
      return false;
    }
    byte[] definition = copy(in, nameEnd + 1, end);
    SharedStatement shared = catalogue.find(definition, searchPath, facts);
    if (!shared.isAccepted() && !endsTransaction(shared.facts())) {
      return false;
    }
    names.put(in, nameStart, nameEnd, shared);
    return true;
  }

  /** COMMIT and ROLLBACK are accepted by every server. */
  private static boolean endsTransaction(StatementFacts facts) {
    return facts.onlyKind() == StatementKind.COMMIT || facts.onlyKind() == StatementKind.ROLLBACK;
  }

  /** Takes note of a Close of a named statement of ours; false when a server has to see it. */
  public boolean closeAlone(ByteBuf in, int at, int end) {
    int nameStart = at + HEADER_BYTES + 1;
    int nameEnd = in.indexOf(nameStart, end, (byte) 0);
    if (nameEnd <= nameStart || in.getByte(nameStart - 1) != 'S') {
      return false;
    }
    Entry entry = names.find(in, nameStart, nameEnd);
    if (entry != null) {
      names.remove(entry);
    }
    return entry != null;
  }

  /** How many names there are. */
  public int size() {
    return names.size();
  }

  @Override
  public String toString() {
    return names.size() + " prepared statements";
  }
}

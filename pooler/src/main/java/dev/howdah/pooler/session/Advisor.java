package dev.howdah.pooler.session;

import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.pooler.sql.StatementKind;
import dev.howdah.pooler.sql.Suspicion;
import dev.howdah.wire.frame.BackendScanner;
import dev.howdah.wire.frame.FrontendObserver;
import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of one client in session pooling for what they would mean in transaction pooling,
 * and changes nothing. Event loop of the client only.
 */
public final class Advisor implements FrontendObserver {
  private static final int AUDITED =
      Suspicion.DO.bit()
          | Suspicion.CALL.bit()
          | Suspicion.SQL_IN_TEXT.bit()
          | Suspicion.MALFORMED.bit()
          | Suspicion.UNKNOWN_FUNCTION.bit();

  private final AdviceBook book;
  private final String database;
  private final Supplier<String> application;
  private final SqlReader reader;
  private final EnumSet<PinReason> seen = EnumSet.noneOf(PinReason.class);
  private AdviceBook.@Nullable Counts counts; // null before the first text

  /**
   * An advisor who has read nothing.
   *
   * @param application asked with the first text, which is behind a driver's own settings
   * @param reader of the client's event loop
   */
  public Advisor(AdviceBook book, String database, Supplier<String> application, SqlReader reader) {
    this.book = book;
    this.database = database;
    this.application = application;
    this.reader = reader;
  }

  @Override
  public boolean wants(byte type) {
    return type == 'Q' || type == 'P';
  }

  @Override
  public Verdict onMessage(byte type, ByteBuf in, int at, int seenBytes, boolean whole) {
    int end = at + seenBytes;
    int text = at + BackendScanner.HEADER_BYTES;
    if (type == 'P') {
      text = in.indexOf(text, end, (byte) 0) + 1;
    }
    int textEnd = text == 0 ? -1 : in.indexOf(text, end, (byte) 0);
    if (!whole) {
      counts().onAudit();
    } else if (textEnd >= 0) {
      note(reader.read(in, text, textEnd - text, SqlRules.STANDARD));
    }
    return Verdict.PASS;
  }

  private AdviceBook.Counts counts() {
    AdviceBook.Counts known = counts;
    if (known == null) {
      known = book.of(database, application.get());
      known.onClient();
      counts = known;
    }
    return known;
  }

  private void note(StatementFacts facts) {
    if (counts == null && facts.onlyKind() == StatementKind.SET) {
      return; // drivers tell the application's name first
    }
    AdviceBook.Counts to = counts();
    if (facts.cannotBeRead() || (facts.suspicions() & AUDITED) != 0) {
      to.onAudit();
    }
    if (!facts.isPlain()) {
      EnumSet<PinReason> reasons = PinForecast.of(facts, "");
      reasons.removeAll(seen);
      to.onPins(reasons);
      seen.addAll(reasons);
    }
  }
}

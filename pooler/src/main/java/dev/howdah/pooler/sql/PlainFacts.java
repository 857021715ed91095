package dev.howdah.pooler.sql;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The facts about texts without anything of interest, made once. */
final class PlainFacts {
  /** A text without statements. */
  static final StatementFacts EMPTY =
      new StatementFacts(List.of(), 0, List.of(), false, "", Map.of(), null);

  private static final int PARAMETERS = 1;
  private static final int UNKNOWN_FUNCTION = 2;

  private static final Map<StatementKind, StatementFacts[]> PLAIN = plain();
  private static final Map<StatementKind, StatementFacts[]> WITH = with();

  private PlainFacts() {}

  private static Map<StatementKind, StatementFacts[]> plain() {
    Map<StatementKind, StatementFacts[]> facts = new EnumMap<>(StatementKind.class);
    for (StatementKind kind : StatementKind.values()) {
      boolean suspicious =
          kind == StatementKind.LOAD || kind == StatementKind.DO || kind == StatementKind.CALL;
      if (StatementParser.isPlain(kind) && kind != StatementKind.OTHER && !suspicious) {
        facts.put(kind, variants(new Statement.Plain(kind, SourceRange.WHOLE)));
      }
    }
    return facts;
  }

  private static Map<StatementKind, StatementFacts[]> with() {
    Map<StatementKind, StatementFacts[]> facts = new EnumMap<>(StatementKind.class);
    for (Word word : Word.values()) {
      StatementKind main = StatementParser.mainKind(word);
      if (main != null) {
        facts.put(main, variants(new Statement.With(SourceRange.WHOLE, main)));
      }
    }
    return facts;
  }

  private static StatementFacts[] variants(Statement statement) {
    StatementFacts[] facts = new StatementFacts[4];
    for (int i = 0; i < facts.length; i++) {
      facts[i] =
          new StatementFacts(
              List.of(statement),
              (i & UNKNOWN_FUNCTION) != 0 ? Suspicion.UNKNOWN_FUNCTION.bit() : 0,
              List.of(),
              (i & PARAMETERS) != 0,
              statement.kind().name().toLowerCase(Locale.ROOT),
              Map.of(),
              null);
    }
    return facts;
  }

  /** The facts about one statement; null when there is more to say about it. */
  static @Nullable StatementFacts of(
      StatementKind kind, StatementKind withMain, int suspicions, boolean parameters) {
    if ((suspicions & ~Suspicion.UNKNOWN_FUNCTION.bit()) != 0) {
      return null;
    }
    StatementFacts[] facts = kind == StatementKind.WITH ? WITH.get(withMain) : PLAIN.get(kind);
    return facts == null
        ? null
        : facts[(suspicions == 0 ? 0 : UNKNOWN_FUNCTION) | (parameters ? PARAMETERS : 0)];
  }
}

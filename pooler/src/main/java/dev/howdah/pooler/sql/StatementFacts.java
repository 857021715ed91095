package dev.howdah.pooler.sql;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text (of a Query or a Parse message) does to the state of its session. Immutable, for any
 * thread, and worth keeping per distinct text. It holds no reference to the text.
 */
public final class StatementFacts {
  private final List<Statement> statements;
  private final int suspicions;
  private final List<SetConfigCall> setConfigCalls;
  private final boolean hasParameters;
  private final String firstWord;
  private final Map<String, String> hints;
  private final @Nullable Unreadable unreadable;
  private final boolean hasTransactionControl;
  private final boolean plain;

  StatementFacts(
      List<Statement> statements,
      int suspicions,
      List<SetConfigCall> setConfigCalls,
      boolean hasParameters,
      String firstWord,
      Map<String, String> hints,
      @Nullable Unreadable unreadable) {
    this.statements = List.copyOf(statements);
    this.suspicions = suspicions;
    this.setConfigCalls = List.copyOf(setConfigCalls);
    this.hasParameters = hasParameters;
    this.firstWord = firstWord;
    this.hints = Map.copyOf(hints);
    this.unreadable = unreadable;
    boolean control = false;
    boolean simple = this.statements.size() <= 1;
    for (Statement statement : this.statements) {
      control |= statement.kind().isTransactionControl();
      simple &= statement instanceof Statement.Plain || statement instanceof Statement.With;
    }
    this.hasTransactionControl = control;
    this.plain =
        simple
            && unreadable == null
            && (suspicions & ~Suspicion.UNKNOWN_FUNCTION.bit()) == 0
            && this.hints.isEmpty();
  }

  /** Facts about a text that cannot be read. */
  static StatementFacts unreadable(Unreadable why, String firstWord) {
    return new StatementFacts(List.of(), 0, List.of(), false, firstWord, Map.of(), why);
  }

  /**
   * Whether there is nothing of interest: at most one statement, {@link Statement.Plain} or {@link
   * Statement.With}, without suspicion (other than {@link Suspicion#UNKNOWN_FUNCTION}) or hint.
   * Such facts are shared by many texts, and their one statement has the range {@link
   * SourceRange#WHOLE}.
   */
  public boolean isPlain() {
    return plain;
  }

  /**
   * The statements in the order of the text; empty ones, as between two semicolons, do not count.
   * PostgreSQL answers each with a CommandComplete, and none with EmptyQueryResponse. Nothing when
   * the text {@linkplain #cannotBeRead cannot be read}.
   */
  public List<Statement> statements() {
    return statements;
  }

  /**
   * The kind of the only statement; null when there are none or several, or when the text cannot be
   * read.
   */
  public @Nullable StatementKind onlyKind() {
    return statements.size() == 1 ? statements.getFirst().kind() : null;
  }

  /** The bits of all suspicions, over all statements. */
  public int suspicions() {
    return suspicions;
  }

  /** Whether a suspicion is among {@link #suspicions}. */
  public boolean suspects(Suspicion suspicion) {
    return (suspicions & suspicion.bit()) != 0;
  }

  /** The suspicions as a set, for people; makes an object. */
  public Set<Suspicion> suspicionSet() {
    return Suspicion.of(suspicions);
  }

  /**
   * The calls of set_config, in order; beyond a few, one of unknown name stands for the rest. An
   * UPDATE of {@code pg_settings}, which is the same, counts as one of unknown name.
   */
  public List<SetConfigCall> setConfigCalls() {
    return setConfigCalls;
  }

  /** Whether there is more than one statement. */
  public boolean multiStatement() {
    return statements.size() > 1;
  }

  /** Whether any statement begins or ends a transaction or a savepoint. */
  public boolean hasTransactionControl() {
    return hasTransactionControl;
  }

  /** Whether there is a parameter such as {@code $1}. */
  public boolean hasParameters() {
    return hasParameters;
  }

  /** Whether what the text does is unknown. */
  public boolean cannotBeRead() {
    return unreadable != null;
  }

  /** Why {@link #cannotBeRead}; null when it can. */
  public @Nullable Unreadable unreadable() {
    return unreadable;
  }

  /** The first word of the text, in lower case; empty when it does not begin with a word. */
  public String firstWord() {
    return firstWord;
  }

  /**
   * What comments before the first statement ask of us: {@code /* howdah: target=replica *}{@code
   * /} gives {@code target} the value {@code replica}. Names are in lower case.
   */
  public Map<String, String> hints() {
    return hints;
  }

  @Override
  public String toString() {
    return "StatementFacts[statements="
        + statements
        + ", suspicions="
        + suspicionSet()
        + ", setConfigCalls="
        + setConfigCalls
        + (hints.isEmpty() ? "" : ", hints=" + hints)
        + (unreadable == null ? "" : ", unreadable=" + unreadable)
        + "]";
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigProblem;
import dev.howdah.pooler.config.KeyCatalogue;
import dev.howdah.pooler.config.Section;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** RELOAD and SET: changes of the configuration. Safe for all threads, never blocks. */
final class Changes {
  private static final String FILE_HINT = "Change it in the configuration file and restart.";

  private final PoolerControl control;

  Changes(PoolerControl control) {
    this.control = control;
  }

  /** Answers with a notice for each warning; fails naming every problem. */
  CompletionStage<Reply> reload() {
    return refused(
        control.reload().thenApply(Changes::reloaded),
        problems ->
            ErrorFields.error(
                    SqlState.CONFIG_FILE_ERROR,
                    "RELOAD failed, nothing has changed: "
                        + (problems.size() == 1
                            ? problems.getFirst()
                            : problems.size() + " problems"))
                .withDetail(
                    problems.stream()
                        .map(ConfigProblem::toString)
                        .collect(Collectors.joining("\n")))
                .withHint("Put the files right and RELOAD again; until then all stays as it was."));
  }

  private static Reply reloaded(List<String> warnings) {
    List<ErrorFields> notices =
        warnings.stream()
            .map(warning -> ErrorFields.notice(SqlState.SUCCESSFUL_COMPLETION, warning))
            .toList();
    return new Reply(notices, null, "RELOAD");
  }

  /**
   * Sets one key until the next reload.
   *
   * @throws PoolerException if there is no such key, or it needs a restart
   */
  CompletionStage<Reply> set(String key, String value) {
    var known = KeyCatalogue.find(Section.PGBOUNCER, key);
    if (known.isEmpty()) {
      throw ErrorFields.error(
              SqlState.UNDEFINED_OBJECT, "SET failed: there is no key \"" + key + "\"")
          .withHint("SHOW CONFIG lists the keys.")
          .asException();
    }
    if (!known.get().isChangeable()) {
      throw ErrorFields.error(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
              "SET failed: \"" + key + "\" cannot be changed while the pooler runs")
          .withHint(FILE_HINT)
          .asException();
    }
    return refused(
        control.set(key, value).thenApply(_ -> Reply.done("SET")),
        problems ->
            ErrorFields.error(
                SqlState.INVALID_PARAMETER_VALUE,
                problems.stream()
                    .map(problem -> "\"" + value + "\" " + problem.message())
                    .collect(Collectors.joining("; ", "SET failed: \"" + key + "\" = ", ""))));
  }

  /** What becomes of the problems of a configuration. */
  private interface Refusal {
    ErrorFields of(List<ConfigProblem> problems);
  }

  private static CompletionStage<Reply> refused(CompletionStage<Reply> done, Refusal refusal) {
    return done.exceptionallyCompose(thrown -> {
      Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      return CompletableFuture.failedFuture(
          cause instanceof ConfigException wrong
              ? refusal.of(wrong.problems()).asException()
              : cause);
    });
  }
}

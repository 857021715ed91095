package dev.howdah.failover.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * etcd as coordination store.
 *
 * <p>What etcd and its client library do that shaped this: a member that is frozen answers nothing
 * and fails nothing, so reads are <em>hedged</em>: without an answer in time the same read also
 * goes to the next member, and the first answer counts. A request whose deadline passed is still
 * sent later, so every write is guarded and a missing answer means {@link WriteResult.Unknown}. A
 * keep-alive stream may end for good when a member freezes, and a lease may end early or late, so
 * neither leases nor keep-alives are used at all. Watches end without a word, so they are only
 * hints and are replaced now and then.
 *
 * <p>Writes go to one member, the one that answered last; a second copy of a guarded write would be
 * refused by the first one's success and hide it.
 */
public final class EtcdStore implements CoordinationStore {

  private final EtcdOptions options;
  private final List<EtcdMember> members;
  private final ConcurrentLinkedQueue<EtcdWatch> watches = new ConcurrentLinkedQueue<>();
  private volatile int preferred;

  /** Connects when first used; blocks for nothing. */
  public EtcdStore(EtcdOptions options) {
    this.options = options;
    this.members =
        options.endpoints().stream().map(endpoint -> new EtcdMember(endpoint, options)).toList();
  }

  private record Answer(int member, @Nullable Snapshot snapshot, String failure) {}

  @Override
  public Snapshot read(List<String> selectors)
      throws StoreUnavailableException, InterruptedException {
    LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    List<CompletableFuture<?>> asked = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    long deadline = System.nanoTime() + options.attempt().toNanos();
    int first = preferred;
    try {
      int failed = 0;
      while (failed < members.size()) {
        if (asked.size() < members.size()) {
          asked.add(ask((first + asked.size()) % members.size(), selectors, answers));
        }
        long left = deadline - System.nanoTime();
        boolean mayHedge = asked.size() < members.size();
        long wait = mayHedge ? Math.min(left, options.hedgeAfter().toNanos()) : left;
        Answer answer = answers.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS);
        if (answer != null && answer.snapshot() != null) {
          preferred = answer.member();
          return answer.snapshot();
        }
        if (answer != null) {
          failed++;
          failures.add(members.get(answer.member()) + ": " + answer.failure());
        } else if (deadline - System.nanoTime() <= 0) {
          break;
        }
      }
    } finally {
      asked.forEach(future -> future.cancel(true));
    }
    preferred = (first + 1) % members.size();
    throw new StoreUnavailableException(
        "no answer from etcd within "
            + options.attempt().toMillis()
            + " ms"
            + (failures.isEmpty() ? "" : "; " + String.join("; ", failures)));
  }

  private CompletableFuture<?> ask(
      int member, List<String> selectors, LinkedBlockingQueue<Answer> answers) {
    CompletableFuture<Snapshot> future = members.get(member).read(selectors);
    future.whenComplete((snapshot, error) ->
        answers.add(
            error == null
                ? new Answer(member, snapshot, "")
                : new Answer(member, null, reason(error))));
    return future;
  }

  @Override
  public WriteResult write(GuardedWrite write) throws InterruptedException {
    int member = preferred;
    CompletableFuture<WriteResult> future = members.get(member).write(write);
    try {
      return future.get(options.attempt().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      preferred = (member + 1) % members.size();
      return new WriteResult.Unknown(
          members.get(member) + " did not answer within " + options.attempt().toMillis() + " ms");
    } catch (ExecutionException e) {
      preferred = (member + 1) % members.size();
      return new WriteResult.Unknown(members.get(member) + ": " + reason(e));
    } finally {
      future.cancel(true);
    }
  }

  /** The innermost message: etcd's own words, such as those about a wrong password. */
  private static String reason(Throwable error) {
    Throwable innermost = error;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    EtcdWatch watch = new EtcdWatch(members, prefix, changed, Duration.ofSeconds(1));
    watches.add(watch);
    watch.start();
    return () -> {
      watches.remove(watch);
      watch.close();
    };
  }

  @Override
  public void close() {
    watches.forEach(EtcdWatch::close);
    members.forEach(EtcdMember::close);
  }
}

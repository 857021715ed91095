package dev.howdah.failover.agent;

import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.WriteResult;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the store for a step machine: each on a virtual thread of its own, and answered on the
 * machine's loop whatever happens, because a machine waits for every answer.
 */
final class StoreCalls {

  private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);

  private final CoordinationStore store;
  private final StepLoop loop;

  StoreCalls(CoordinationStore store, StepLoop loop) {
    this.store = store;
    this.loop = loop;
  }

  void read(List<String> selectors, ObjLongConsumer<Snapshot> done, LongConsumer failed) {
    Thread.startVirtualThread(() -> {
      LongConsumer answer = failed;
      try {
        Snapshot snapshot = store.read(selectors);
        answer = now -> done.accept(snapshot, now);
      } catch (StoreUnavailableException e) {
        LOG.debug("read: {}", e.getMessage());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.error("a read of the coordination store failed", e);
      }
      loop.tell(answer);
    });
  }

  void write(GuardedWrite write, ObjLongConsumer<WriteResult> done) {
    Thread.startVirtualThread(() -> {
      WriteResult result = new WriteResult.Unknown("interrupted");
      try {
        result = store.write(write);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.error("a write to the coordination store failed", e);
      }
      WriteResult known = result;
      loop.tell(now -> done.accept(known, now));
    });
  }
}

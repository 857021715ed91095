package dev.howdah.failover.agent;

import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.WriteResult;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a registration back when its process ends in an orderly way. */
final class Registrar {

  private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);
  private static final int ATTEMPTS_MAX = 3;

  private Registrar() {}

  /**
   * Deletes {@code key}, so that nobody waits for this process. Nothing may pass this process any
   * more when this is called, nor its registration be written again. What fails is left to the
   * controllers, who clear it away after a while.
   */
  static void leave(CoordinationStore store, String key) {
    try {
      for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        long revision = store.read(List.of(key)).revisionOf(key);
        if (revision == 0
            || store.write(GuardedWrite.delete(key, revision)) instanceof WriteResult.Applied) {
          return;
        }
      }
    } catch (StoreUnavailableException e) {
      LOG.debug("{} stays: {}", key, e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientView;

/**
 * A client, and whether it stands in a queue.
 *
 * @param sinceNanos monotonic time it has waited since; 0 when it does not wait
 */
record WaitingClient(ClientView view, long sinceNanos) {

  boolean isWaiting() {
    return sinceNanos != 0;
  }
}

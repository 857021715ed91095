package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.PoolLoad;
import dev.howdah.pooler.session.Advisor;
import dev.howdah.wire.frame.FrontendObserver;

/** What one client of session pooling adds to SHOW ADVICE. Event loop of the client only. */
final class SessionAdvice {
  private final Advisor advisor;
  private final PoolLoad load;
  private boolean busy;
  private boolean over;

  /** A client that came just now. */
  SessionAdvice(Advisor advisor, PoolLoad load) {
    this.advisor = advisor;
    this.load = load;
    load.onClient();
  }

  /** Reads its texts. */
  FrontendObserver reader() {
    return advisor;
  }

  /** It has asked for something. */
  void onAsked() {
    if (!busy) {
      busy = true;
      load.onBusy();
    }
  }

  /** Everything is answered, and its transaction stands thus: I, T or E. */
  void onSettled(byte status) {
    if (busy && status == 'I') {
      busy = false;
      load.onIdle();
    }
  }

  /** It is gone. */
  void onEnd() {
    if (!over) {
      over = true;
      onSettled((byte) 'I');
      load.onClientGone();
    }
  }
}

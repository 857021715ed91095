package dev.howdah.pooler.client;

import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.session.Audit;
import dev.howdah.pooler.session.PinCounters;
import dev.howdah.pooler.session.PinView;
import dev.howdah.pooler.session.PinWatch;
import dev.howdah.pooler.session.SessionTracker;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to run on a client's server connection on our behalf between its messages: errands,
 * before what it sent next may pass, and the audit, before anybody else gets the connection. The
 * client is held meanwhile. Event loop of the client only.
 */
final class Aftermath {
  private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

  private final ClientSession session;
  private final SessionTracker tracker;
  private final PinWatch pins;

  Aftermath(ClientSession session, SessionTracker tracker, PinCounters counters) {
    this.session = session;
    this.tracker = tracker;
    this.pins = new PinWatch(counters);
  }

  /** Why the client keeps its server connection between transactions; null when it does not. */
  @Nullable PinView pin() {
    return pins.view();
  }

  /** Something of ours may have to run before what the client sent next. */
  void runErrand() {
    Set<String> unheard = tracker.channels().takeUnheard();
    if (!unheard.isEmpty()) {
      session.subscribe(
          unheard,
          done -> {
            tracker.channels().onSubscribed(unheard, done);
            runErrand();
          });
      return;
    }
    ByteBuf batch = tracker.errandBatch(session.context().alloc());
    if (batch != null) {
      session
          .linked()
          .ask(
              "errand",
              batch,
              (error, rows) -> {
                if (session.state() == ClientState.LINKED) { // it may have left while it ran
                  tracker.onTold(error == null, session.linked().status());
                  onErrandDone();
                }
              });
      return;
    }
    String sql = tracker.errand();
    if (sql == null) {
      onErrandDone();
      return;
    }
    session
        .linked()
        .ask(
            "errand",
            session.behindBegin(sql),
            (error, rows) -> {
              if (session.state() != ClientState.LINKED) {
                return; // left while it ran
              }
              if (error != null) {
                refuseUnknown(error);
                return;
              }
              onErrandDone();
            });
  }

  private void onErrandDone() {
    ServerConnection at = session.server();
    if (at == null) {
      return; // it was refused for what it has just done
    }
    Settings after = tracker.onErrandDone(at.settings());
    if (!after.equals(at.settings())) {
      at.noteSettings(after);
      session.follow(after);
      tracker.onSettings(after);
    }
    session.resume();
  }

  /** No transaction is open and everything is answered: the connection may be for others now. */
  void settle() {
    if (tracker.needsAudit()) {
      Audit audit = tracker.audit();
      session.linked().ask("audit", audit.sql(), (error, rows) -> onAudited(audit, error, rows));
    } else {
      tracker.onSettled();
      session.endExchange();
    }
  }

  private void onAudited(
      Audit audit, @Nullable ErrorFields error, List<List<@Nullable String>> rows) {
    if (session.state() != ClientState.LINKED) {
      return; // left while we asked
    }
    if (error != null || rows.isEmpty()) {
      refuseUnknown(error);
      return;
    }
    ServerConnection at = session.linked();
    Settings found = audit.settings(at.settings(), rows);
    at.noteSettings(found);
    session.follow(tracker.onAudited(found, audit.reasons(rows), audit.channels(rows)));
    String news = pins.onReasons(tracker.pins(), session.nowNanos(), session.statement());
    if (news != null) {
      LOG.debug("{} {}", session, news);
    }
    session.endExchange();
  }

  /** What we cannot say of a session, nobody may go on with. */
  private void refuseUnknown(@Nullable ErrorFields error) {
    session.linked().retire("what its client left on it is unknown");
    session.refuse(
        ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "the state of the session is unknown")
            .withDetail(
                error == null
                    ? "The question about it was not answered."
                    : "The question about it failed: " + error.message())
            .withHint(
                "What was answered has run; an open transaction is rolled back. Connect again."));
  }
}

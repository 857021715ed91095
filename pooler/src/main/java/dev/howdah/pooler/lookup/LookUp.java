package dev.howdah.pooler.lookup;

import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Waiter;
import dev.howdah.pooler.server.LinkedClient;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.WireText;
import dev.howdah.wire.frame.FrontendScanner;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Sync;
import dev.howdah.wire.message.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user being looked up: waits for a server connection as any client does, asks by the extended
 * protocol, so that the name is a parameter and never a part of the statement, and gives the
 * connection back. Event loop of the shard only.
 */
final class LookUp implements Waiter, LinkedClient {
  private static final Logger LOG = LoggerFactory.getLogger(LookUp.class);
  private static final int ANSWER_BYTES_MAX = 1 << 16;
  private static final int ROWS_MAX = 2; // a second one is too many already

  private final PoolShard shard;
  private final String sql;
  private final String user;
  private final Duration deadline;
  private final CompletableFuture<FoundUser> outcome;
  private final ByteBuf answer = Unpooled.buffer(256);
  private @Nullable ServerConnection server;
  private @Nullable Future<?> alarm;
  private boolean overflow;

  /**
   * A look-up that has not begun.
   *
   * @param deadline from waiting to the answer; zero is none
   * @param outcome is told what was found, or a {@link PoolerException} that the client may see
   */
  LookUp(
      PoolShard shard,
      String sql,
      String user,
      Duration deadline,
      CompletableFuture<FoundUser> outcome) {
    this.shard = shard;
    this.sql = sql;
    this.user = user;
    this.deadline = deadline;
    this.outcome = outcome;
  }

  void start() {
    if (deadline.isPositive()) {
      alarm =
          shard.lane().loop().schedule(this::onDeadline, deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
    shard.checkout(this);
  }

  private void onDeadline() {
    if (outcome.isDone()) {
      return;
    }
    ServerConnection asked = server;
    server = null;
    if (asked == null) {
      shard.forget(this);
    } else {
      asked.abandon("", true);
    }
    LOG.warn("{}: auth_query was not answered within {} s", shard.pool(), deadline.toSeconds());
    fail(LookUpFailure.tooSlow());
  }

  // ---- waiting ----

  @Override
  public void onCheckout(ServerConnection checkedOut) {
    server = checkedOut;
    checkedOut.link(this, Settings.NONE);
    ByteBuf question = checkedOut.channel().alloc().buffer(256);
    for (FrontendMessage message : question()) {
      message.encode(question);
    }
    new FrontendScanner(question.readableBytes()).scan(question, checkedOut.awaited());
    checkedOut.write(question);
    checkedOut.flush();
  }

  private List<FrontendMessage> question() {
    ByteBuf name = Unpooled.buffer(user.length());
    WireText.write(name, user);
    Bytes parameter = Bytes.read(name, name.readableBytes());
    return List.of(
        new Parse("", sql, List.of()),
        new Bind("", "", List.of(), List.of(parameter), List.of()),
        new Describe(Target.PORTAL, ""),
        new Execute("", ROWS_MAX),
        new Sync());
  }

  @Override
  public void onRefused(ErrorFields error) {
    LOG.warn("{}: auth_query could not be run: {}", shard.pool(), error.message());
    fail(LookUpFailure.noConnection(error));
  }

  @Override
  public void onLongWait(String who) {
    LOG.info("{}: auth_query is waiting for a server connection: {}", shard.pool(), who);
  }

  @Override
  public boolean isLogin() {
    return true;
  }

  @Override
  public Duration waitMax() {
    return shard.pool().settings().queryWaitTimeout();
  }

  // ---- the answer ----

  @Override
  public void relay(ByteBuf bytes) {
    if (answer.readableBytes() + bytes.readableBytes() > ANSWER_BYTES_MAX) {
      overflow = true;
    } else {
      answer.writeBytes(bytes);
    }
    bytes.release();
  }

  @Override
  public void onSettled(byte status) {
    ServerConnection asked = server;
    if (asked == null) {
      return;
    }
    server = null;
    if (status == 'I') {
      asked.unlink();
    } else {
      asked.cleanUp("");
    }
    cancelAlarm();
    try {
      if (overflow) {
        throw LookUpFailure.badQuery("unexpected response from auth_query");
      }
      outcome.complete(new LookUpAnswer(user, shard.pool().toString()).read(answer));
    } catch (PoolerException e) {
      outcome.completeExceptionally(e);
    }
  }

  @Override
  public void onServerLost(@Nullable ErrorFields error) {
    server = null;
    LOG.warn("{}: the server connection was lost during auth_query", shard.pool());
    fail(
        LookUpFailure.noConnection(
            error == null
                ? ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "server connection lost")
                : error));
  }

  private void fail(PoolerException why) {
    cancelAlarm();
    outcome.completeExceptionally(why);
  }

  private void cancelAlarm() {
    Future<?> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}

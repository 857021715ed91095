package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.session.SessionSurroundings;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the tracker of a session has to know of the rest of the pooler, and to say to it. Event loop
 * of the client only.
 */
final class TrackedSession implements SessionSurroundings {
  private final ClientSession session;
  private final Pool pool;
  private final ClientHouse house;

  TrackedSession(ClientSession session, Pool pool, ClientHouse house) {
    this.session = session;
    this.pool = pool;
    this.house = house;
  }

  @Override
  public void onSequenceAsked() {
    pool.sequenceUsers().add(session.applicationName());
  }

  @Override
  public boolean asksForSequences() {
    Set<String> users = pool.sequenceUsers();
    return !users.isEmpty() && users.contains(session.applicationName());
  }

  @Override
  public void answer(String tag, byte status) {
    ByteBuf out = session.context().alloc().buffer(32);
    new CommandComplete(tag).encode(out);
    out.writeByte('Z').writeInt(5).writeByte(status);
    session.relay(out);
  }

  @Override
  public void subscribe(Set<String> channels, Consumer<Boolean> onDone) {
    session.inbox(pool.listener()).subscribe(channels, onDone);
  }

  @Override
  public void unsubscribe(Set<String> channels) {
    session.inbox(pool.listener()).unsubscribe(channels);
  }

  @Override
  public void onDatabaseWanted(String name) {
    house.pools().closeIdle(name);
  }

  @Override
  public void onCustomSetting(String name) {
    session.linked().noteCustomName(name);
  }
}

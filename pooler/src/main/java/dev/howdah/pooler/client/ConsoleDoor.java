package dev.howdah.pooler.client;

import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.channel.ChannelHandler;

/** Takes over clients that ask for the admin console instead of a database. Any thread. */
public interface ConsoleDoor {

  /** Whether a client that asks for this database means the console. */
  boolean isConsole(String database);

  /**
   * Lets an authenticated client in.
   *
   * @param ownUser whether the operating system says that our own user is at the other end and
   *     calls itself {@code pgbouncer}: it may do everything
   * @return what takes the place of the login in the pipeline; it gives the client's place in
   *     {@link ClientHouse#clients} back when the channel closes
   * @throws PoolerException if the user may not use the console
   */
  ChannelHandler admit(StartupMessage startup, boolean ownUser);
}

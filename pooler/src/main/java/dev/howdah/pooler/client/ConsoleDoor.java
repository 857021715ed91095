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
   * @param owner whether it is the operating system's user who runs this process
   * @return what takes the place of the login in the pipeline; it gives the client's place in
   *     {@link ClientHouse#clients} back when the channel closes
   * @throws PoolerException if the user may not use the console
   */
  ChannelHandler admit(StartupMessage startup, boolean owner);
}

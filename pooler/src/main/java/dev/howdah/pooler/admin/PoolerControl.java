package dev.howdah.pooler.admin;

import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the console may do to the whole pooler. Any thread, without blocking it for long. */
public interface PoolerControl {

  /** Stops listening on TCP; new clients of databases are refused on the Unix-domain socket too. */
  void stopAccepting();

  /** The sockets that wait for clients. */
  List<Channel> listening();

  /** Asks for the end of the process; it may come after this returns. */
  void stop();

  /**
   * Reads the configuration again.
   *
   * @return warnings; exceptionally with a {@link dev.howdah.pooler.config.ConfigException} when
   *     nothing has changed
   */
  CompletionStage<List<String>> reload();

  /** Changes one key until the next reload; fails as {@link #reload} does. */
  CompletionStage<Void> set(String key, String value);
}

package dev.howdah.pooler.session;

import java.util.Set;
import java.util.function.Consumer;

/** What a session shares with others. Event loop of the client only. */
public interface SessionSurroundings {

  /** The client's application asks for currval or lastval. */
  void onSequenceAsked();

  /** Whether any client of the same application ever did. */
  boolean asksForSequences();

  /**
   * Answers the client in the server's place.
   *
   * @param tag of the CommandComplete
   * @param status of the ReadyForQuery
   */
  void answer(String tag, byte status);

  /**
   * Has the pool's listener hear channels for the client.
   *
   * @param onDone told whether it does
   */
  void subscribe(Set<String> channels, Consumer<Boolean> onDone);

  /** The listener need not hear these channels for the client any more. */
  void unsubscribe(Set<String> channels);

  /**
   * A statement is about to be sent that needs a database without connections, such as DROP
   * DATABASE.
   *
   * @param name as the server knows it
   */
  void onDatabaseWanted(String name);

  /**
   * A statement is about to be sent that makes a custom setting known to the server connection,
   * which never forgets it.
   *
   * @param name in lower case
   */
  void onCustomSetting(String name);
}

package dev.howdah.it.state;

import java.util.List;

/** One thing that one client does. */
sealed interface Step {

  /** Who does it: {@code A}, {@code B} and so on; {@code O} is never behind a pooler. */
  String client();

  /** As it stands in the file. */
  String source();

  /**
   * Messages in one piece.
   *
   * @param awaited whether to read the answers now; otherwise {@code answer} does it later
   */
  record Send(String client, String source, List<Packet> packets, boolean awaited)
      implements Step {}

  /** Something that is no message. */
  record Act(String client, String source, Verb verb, String argument) implements Step {}

  /** What can be done but sending messages. */
  enum Verb {
    /** Logs in; the argument holds parameters of the startup packet. */
    LOGIN(true),
    /** Says goodbye and closes. */
    TERMINATE(true),
    /** Closes without a word. */
    VANISH(true),
    /** Waits until this many notifications have come since the last look, and shows them. */
    NOTIFIED(false),
    /** Waits for one notification, {@code channel payload}, and shows all that came before it. */
    HEARD(false),
    /** Waits a moment; whatever comes is a difference to a server that says nothing. */
    QUIET(false),
    /** Makes sure that the query that was sent is not answered yet. */
    BLOCKED(false),
    /** Reads the answer to the query that was sent. */
    ANSWER(false),
    /** Asks a query until its first column is true. */
    UNTIL(false);

    private final boolean usesServer;

    Verb(boolean usesServer) {
      this.usesServer = usesServer;
    }

    /** Whether it may need a server connection, so that it should better be a different one. */
    boolean usesServer() {
      return usesServer;
    }
  }
}

package dev.howdah.bench.load;

import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Query;
import dev.howdah.wire.message.FrontendMessage.Sync;
import dev.howdah.wire.message.FrontendMessage.Terminate;
import dev.howdah.wire.message.Target;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a client of one run sends, encoded once. Each buffer is shared: write a duplicate. */
final class Requests {
  private static final String STATEMENT = "s1";

  /** The start-up packet. */
  final ByteBuf startup;

  /** Prepares the named statement, without a Sync; goes in front of the first step. */
  final ByteBuf prepare;

  /** One after the other, each answered by ReadyForQuery, make a transaction. */
  final ByteBuf[] steps;

  final ByteBuf terminate;

  Requests(LoadOptions options) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", options.user);
    parameters.put("database", options.database);
    ByteBuf packet = Unpooled.directBuffer();
    new StartupMessage(StartupMessage.PROTOCOL_3_0, parameters).encode(packet);
    startup = packet;
    prepare = bytes(new Parse(STATEMENT, options.sql, List.of()));
    terminate = bytes(new Terminate());
    ByteBuf query = bytes(new Query(options.sql));
    steps =
        switch (options.mode) {
          case SIMPLE, CONNECT, BULK, COPYIN -> new ByteBuf[] {query};
          case TX -> new ByteBuf[] {bytes(new Query("BEGIN")), query, bytes(new Query("COMMIT"))};
          case EXTENDED ->
              new ByteBuf[] {
                bytes(
                    new Parse("", options.sql, List.of()),
                    bind(""),
                    new Describe(Target.PORTAL, ""),
                    new Execute("", 0),
                    new Sync())
              };
          case PREPARED -> new ByteBuf[] {bytes(bind(STATEMENT), new Execute("", 0), new Sync())};
        };
  }

  private static Bind bind(String statement) {
    return new Bind("", statement, List.of(), List.of(), List.of());
  }

  static ByteBuf bytes(FrontendMessage... messages) {
    ByteBuf out = Unpooled.directBuffer();
    Stream.of(messages).forEach(message -> message.encode(out));
    return out;
  }
}

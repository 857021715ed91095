package dev.howdah.pooler.prepared;

import dev.howdah.pooler.sql.StatementFacts;
import io.netty.buffer.ByteBuf;

/** Reads the text of a Parse message. Event loop of the client only. */
@FunctionalInterface
public interface FactsReader {
  /**
   * The facts about the text that begins at an index.
   *
   * @param end index behind the message; the text ends at the first zero byte before that
   */
  StatementFacts read(ByteBuf in, int from, int end);
}

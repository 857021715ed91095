package dev.howdah.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.CopyDone;
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
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NullSessionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new NullSession());

  @BeforeEach
  void log_in() {
    ByteBuf packet = Unpooled.buffer();
    new StartupMessage(StartupMessage.PROTOCOL_3_0, Map.of("user", "bench")).encode(packet);
    channel.writeInbound(packet);
    assertThat(types()).isEqualTo("RSSSSSSSSSSSSSKZ");
  }

  @AfterEach
  void leave() {
    channel.finishAndReleaseAll();
  }

  @Test
  void answers_a_query_with_one_row() {
    send(new Query("SELECT 1"));
    assertThat(types()).isEqualTo("TDCZ");
  }

  @Test
  void answers_the_extended_protocol() {
    send(
        new Parse("", "SELECT 1", List.of()),
        bind(""),
        new Describe(Target.PORTAL, ""),
        new Execute("", 0),
        new Sync());
    assertThat(types()).isEqualTo("12TDCZ");
  }

  @Test
  void knows_whether_it_is_in_a_transaction() {
    send(new Query("BEGIN"));
    assertThat(lastByte()).isEqualTo((byte) 'T');
    send(new Query("SELECT 1"));
    assertThat(lastByte()).isEqualTo((byte) 'T');
    send(new Query("commit"));
    assertThat(lastByte()).isEqualTo((byte) 'I');
  }

  @Test
  void knows_it_of_prepared_statements_too() {
    send(new Parse("b", "BEGIN", List.of()), bind("b"), new Execute("", 0), new Sync());
    assertThat(lastByte()).isEqualTo((byte) 'T');
    send(new Parse("", "ROLLBACK", List.of()), bind(""), new Execute("", 0), new Sync());
    assertThat(lastByte()).isEqualTo((byte) 'I');
  }

  @Test
  void sends_as_many_rows_as_asked_for() {
    send(new Query("BULK 3 10"));
    assertThat(types()).isEqualTo("TDDDCZ");
    send(new Query("COPY out 2 10"));
    assertThat(types()).isEqualTo("HddcCZ");
  }

  @Test
  void swallows_a_copy() {
    send(new Query("COPY in"));
    assertThat(types()).isEqualTo("G");
    Bulk data = Bulk.copyData(channel.alloc(), 5, 100);
    channel.writeInbound(data.next());
    data.close();
    assertThat(types()).isEmpty();
    send(new CopyDone());
    assertThat(types()).isEqualTo("CZ");
  }

  @Test
  void reads_messages_cut_anywhere() {
    for (byte single : bytes(new Query("SELECT 1"))) {
      channel.writeInbound(Unpooled.copiedBuffer(new byte[] {single}));
    }
    assertThat(types()).isEqualTo("TDCZ");
  }

  @Test
  void closes_when_told_to() {
    send(new Terminate());
    assertThat(channel.isOpen()).isFalse();
  }

  private static Bind bind(String statement) {
    return new Bind("", statement, List.of(), List.of(), List.of());
  }

  private void send(FrontendMessage... messages) {
    channel.writeInbound(Requests.bytes(messages));
  }

  private static byte[] bytes(FrontendMessage message) {
    ByteBuf buffer = Requests.bytes(message);
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes).release();
    return bytes;
  }

  private byte lastByte() {
    ByteBuf sent = sent();
    byte last = sent.getByte(sent.writerIndex() - 1);
    sent.release();
    return last;
  }

  /** The type bytes of all that was sent since. */
  private String types() {
    ByteBuf sent = sent();
    var types = new StringBuilder();
    while (sent.isReadable()) {
      types.append((char) sent.readByte());
      sent.skipBytes(sent.readInt() - 4);
    }
    sent.release();
    return types.toString();
  }

  private ByteBuf sent() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return all;
  }
}

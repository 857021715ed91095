package dev.howdah.wire.startup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.InitialPacket.GssEncRequest;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class InitialPacketDecoderTest {

  @Example
  void a_startup_message_is_read() {
    ByteBuf in = startup(3 << 16, "user\0odoo\0database\0erp\0application_name\0x\0\0");

    var message = (StartupMessage) decode(in);

    assertThat(message.user()).isEqualTo("odoo");
    assertThat(message.database()).isEqualTo("erp");
    assertThat(message.parameters().keySet())
        .containsExactly("user", "database", "application_name");
    assertThat(message.negotiation()).isNull();
    assertThat(message.replication()).isEqualTo(Replication.OFF);
  }

  @Example
  void the_database_defaults_to_the_user() {
    assertThat(withParameters(3 << 16, "user", "odoo").database()).isEqualTo("odoo");
    assertThat(withParameters(3 << 16, "user", "odoo", "database", "").database())
        .isEqualTo("odoo");
  }

  @Example
  void requests_have_the_bytes_that_the_documentation_says() {
    assertThat(encoded(new SslRequest())).isEqualTo("\0\0\0\10\4\322\26\57");
    assertThat(encoded(new GssEncRequest())).isEqualTo("\0\0\0\10\4\322\26\60");
    assertThat(encoded(new CancelRequest(258, secret("abcd"))))
        .isEqualTo("\0\0\0\20\4\322\26\56\0\0\1\2abcd");
    assertThat(encoded(withParameters(3 << 16 | 2, "user", "a")))
        .isEqualTo("\0\0\0\20\0\3\0\2user\0a\0\0");
  }

  @Example
  void bytes_after_the_packet_are_left_alone() {
    ByteBuf in = Unpooled.buffer();
    new SslRequest().encode(in);
    in.writeByte(1);

    assertThat(decode(in)).isEqualTo(new SslRequest());
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Example
  void an_impossible_length_is_refused_before_the_rest_arrives() {
    for (int length : List.of(Integer.MIN_VALUE, -1, 0, 7, 10_005, Integer.MAX_VALUE)) {
      ByteBuf in = Unpooled.buffer().writeInt(length);

      assertThatThrownBy(() -> decode(in))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessage("invalid length of startup packet");
    }
  }

  @Example
  void a_request_with_a_body_and_a_cancel_request_of_bad_length_are_refused() {
    for (String packet :
        List.of(
            "\0\0\0\11\4\322\26\57x",
            "\0\0\0\11\4\322\26\60x",
            "\0\0\0\10\4\322\26\56",
            "\0\0\0\17\4\322\26\56\0\0\1\2abc")) {
      assertThatThrownBy(() -> decode(wrap(packet)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessage("invalid length of startup packet");
    }
    ByteBuf tooLong = Unpooled.buffer().writeInt(12 + 257).writeInt(80877102).writeZero(261);
    assertThatThrownBy(() -> decode(tooLong)).isInstanceOf(ProtocolViolation.class);
  }

  @Example
  void a_layout_without_terminator_at_its_end_is_refused() {
    for (String body :
        List.of(
            "", "user", "user\0", "user\0\0", "user\0odoo", "user\0odoo\0", "user\0odoo\0\0x\0")) {
      assertThatThrownBy(() -> decode(startup(3 << 16, body)))
          .as(body)
          .isInstanceOf(ProtocolViolation.class)
          .hasMessage("invalid startup packet layout: expected terminator as last byte");
    }
  }

  @Example
  void a_missing_user_is_refused_with_28000() {
    for (String body : List.of("\0", "database\0x\0\0", "user\0\0\0")) {
      assertRefused(
          startup(3 << 16, body), "28000", "no PostgreSQL user name specified in startup packet");
    }
  }

  @Example
  void another_major_version_is_refused_with_0A000() {
    assertRefused(
        startup(4 << 16, "user\0odoo\0\0"),
        "0A000",
        "unsupported frontend protocol 4.0: server supports 3.0 to 3.2");
    assertRefused(
        startup(2 << 16, "garbage"),
        "0A000",
        "unsupported frontend protocol 2.0: server supports 3.0 to 3.2");
  }

  @Example
  void versions_are_negotiated_as_postgresql_18_does() {
    assertThat(withParameters(3 << 16, "user", "a").negotiation()).isNull();
    assertThat(withParameters(3 << 16 | 2, "user", "a").negotiation()).isNull();
    assertThat(withParameters(3 << 16 | 1, "user", "a").negotiation())
        .isEqualTo(new NegotiateProtocolVersion(3 << 16, List.of()));
    assertThat(withParameters(3 << 16 | 9999, "user", "a").negotiation())
        .isEqualTo(new NegotiateProtocolVersion(3 << 16 | 2, List.of()));
    assertThat(withParameters(3 << 16 | 0xFFFF, "user", "a").negotiation())
        .isEqualTo(new NegotiateProtocolVersion(3 << 16 | 2, List.of()));
  }

  @Example
  void unknown_protocol_options_are_named_in_the_negotiation() {
    var message = withParameters(3 << 16, "user", "a", "_pq_.b", "1", "_pq_.c", "2");

    assertThat(message.negotiation())
        .isEqualTo(new NegotiateProtocolVersion(3 << 16, List.of("_pq_.b", "_pq_.c")));
  }

  @Example
  void replication_is_a_boolean_or_database() {
    Map<String, Replication> expected =
        Map.of(
            "database", Replication.LOGICAL,
            "true", Replication.PHYSICAL,
            "T", Replication.PHYSICAL,
            "yes", Replication.PHYSICAL,
            "on", Replication.PHYSICAL,
            "1", Replication.PHYSICAL,
            "0", Replication.OFF,
            "of", Replication.OFF,
            "n", Replication.OFF);
    expected.forEach((word, replication) ->
        assertThat(withParameters(3 << 16, "user", "a", "replication", word).replication())
            .as(word)
            .isEqualTo(replication));
    assertRefused(
        startup(3 << 16, "user\0a\0replication\0maybe\0\0"),
        "22023",
        "invalid value for parameter \"replication\": \"maybe\"");
  }

  @Example
  void tls_is_recognised_by_its_first_byte() {
    assertThat(InitialPacketDecoder.startsTls(wrap("\26\3\1"))).isTrue();
    assertThat(InitialPacketDecoder.startsTls(wrap("\0\0\0\10"))).isFalse();
    assertThat(InitialPacketDecoder.startsTls(Unpooled.EMPTY_BUFFER)).isFalse();
  }

  @Property
  void a_packet_survives_encoding_however_it_is_cut(
      @ForAll("packets") InitialPacket packet, @ForAll long seed) {
    ByteBuf whole = Unpooled.buffer();
    packet.encode(whole);
    Random random = new Random(seed);
    ByteBuf in = Unpooled.buffer();

    InitialPacket decoded = null;
    while (whole.isReadable()) {
      assertThat(decoded).isNull();
      in.writeBytes(whole, 1 + random.nextInt(whole.readableBytes()));
      decoded = InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES);
    }

    assertThat(decoded).isEqualTo(packet);
    assertThat(in.isReadable()).isFalse();
  }

  @Property(tries = 2_000)
  void random_packets_are_read_or_refused_however_they_are_cut(
      @ForAll("codes") int code, @ForAll byte[] body) {
    byte[] packet =
        ByteBufUtil.getBytes(
            Unpooled.buffer().writeInt(8 + body.length).writeInt(code).writeBytes(body));

    String whole = outcome(Unpooled.wrappedBuffer(packet));
    ByteBuf in = Unpooled.buffer();
    String piecewise = "null";
    for (int i = 0; i < packet.length; i++) {
      assertThat(piecewise).isEqualTo("null");
      in.writeByte(packet[i]);
      piecewise = outcome(in);
    }

    assertThat(piecewise).isEqualTo(whole);
  }

  @Provide
  Arbitrary<Integer> codes() {
    return Arbitraries.of(80877102, 80877103, 80877104, 3 << 16, 3 << 16 | 2, 0, -1);
  }

  @Provide
  Arbitrary<InitialPacket> packets() {
    Arbitrary<String> texts = Arbitraries.strings().withCharRange('\1', '\uD7FF').ofMaxLength(12);
    Arbitrary<String> names = texts.filter(name -> !name.isEmpty() && !name.equals("replication"));
    Arbitrary<InitialPacket> startups =
        Combinators.combine(
                Arbitraries.integers().between(0, 0xFFFF),
                names,
                Arbitraries.maps(names, texts).ofMaxSize(5))
            .as((minor, user, others) -> {
              Map<String, String> parameters = new LinkedHashMap<>(others);
              parameters.put("user", user);
              return new StartupMessage(3 << 16 | minor, parameters);
            });
    Arbitrary<InitialPacket> cancels =
        Combinators.combine(
                Arbitraries.integers(),
                Arbitraries.bytes().array(byte[].class).ofMinSize(4).ofMaxSize(256))
            .as((pid, bytes) -> new CancelRequest(pid, new CancelSecret(Bytes.copyOf(bytes))));
    return Arbitraries.oneOf(
        startups, cancels, Arbitraries.of(new SslRequest(), new GssEncRequest()));
  }

  private static String outcome(ByteBuf in) {
    try {
      return String.valueOf(InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES));
    } catch (PoolerException refused) {
      return refused.fields().toString();
    }
  }

  private static InitialPacket decode(ByteBuf in) {
    InitialPacket packet = InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES);
    if (packet == null) {
      throw new AssertionError("packet is not complete");
    }
    return packet;
  }

  private static void assertRefused(ByteBuf in, String sqlState, String message) {
    var refused = catchThrowableOfType(PoolerException.class, () -> decode(in));
    assertThat(refused.fields().sqlState()).isEqualTo(sqlState);
    assertThat(refused.fields().severity().name()).isEqualTo("FATAL");
    assertThat(refused).hasMessage(message);
  }

  private static StartupMessage withParameters(int version, String... namesAndValues) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new StartupMessage(version, parameters);
  }

  private static ByteBuf startup(int version, String body) {
    byte[] bytes = body.getBytes(ISO_8859_1);
    return Unpooled.buffer().writeInt(8 + bytes.length).writeInt(version).writeBytes(bytes);
  }

  private static CancelSecret secret(String latin1) {
    return new CancelSecret(Bytes.copyOf(latin1.getBytes(ISO_8859_1)));
  }

  private static String encoded(InitialPacket packet) {
    ByteBuf out = Unpooled.buffer();
    packet.encode(out);
    return out.toString(ISO_8859_1);
  }

  private static ByteBuf wrap(String latin1) {
    return Unpooled.wrappedBuffer(latin1.getBytes(ISO_8859_1));
  }
}

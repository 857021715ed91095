package dev.howdah.pooler.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What strangers send: packets as they should be, damaged ones, and noise. */
final class Packets {
  static final byte[] SSL_REQUEST = int32s(8, 80877103);
  static final byte[] GSS_REQUEST = int32s(8, 80877104);

  /** Users and databases that the pooler of the test knows, and some it does not. */
  private static final List<String> NAMES =
      List.of(
          "anna", "trusted", "plain", "md5", "scram", "cert", "nobody", "", "pgbouncer", "\u00e9");

  private Packets() {}

  /** Several packets one after the other, cut into reads anywhere. */
  static Arbitrary<List<byte[]>> streams() {
    Arbitrary<List<byte[]>> parts = part().list().ofMinSize(1).ofMaxSize(5);
    Arbitrary<List<Integer>> cuts = Arbitraries.integers().between(0, 400).list().ofMaxSize(6);
    return Combinators.combine(parts, cuts).as(Packets::cut);
  }

  /** One packet, or a part of one. */
  static Arbitrary<byte[]> part() {
    Arbitrary<byte[]> whole =
        Arbitraries.oneOf(
            startup(),
            Arbitraries.of(SSL_REQUEST, GSS_REQUEST),
            cancel(),
            answer(),
            Arbitraries.create(Packets::clientHello),
            tlsRecord());
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    return Arbitraries.frequencyOf(
        Tuple.of(5, whole), Tuple.of(4, damaged(whole)), Tuple.of(1, noise));
  }

  static Arbitrary<byte[]> startup() {
    Arbitrary<String> names = Arbitraries.oneOf(Arbitraries.of(NAMES), Arbitraries.strings());
    Arbitrary<String> keys =
        Arbitraries.of(
            "options",
            "replication",
            "client_encoding",
            "application_name",
            "_pq_.x",
            "search_path");
    return Combinators.combine(
            Arbitraries.of(3 << 16, (3 << 16) + 2, (3 << 16) + 9999, 2 << 16, 0),
            names,
            names,
            Combinators.combine(keys, names).as(List::of).list().ofMaxSize(3))
        .as(Packets::startup);
  }

  private static byte[] startup(
      int version, String user, String database, List<List<String>> settings) {
    var body = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of("user", user, "database", database));
    settings.forEach(all::addAll);
    for (String text : all) {
      body.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
    }
    body.write(0);
    return ByteBuffer.allocate(8 + body.size())
        .putInt(8 + body.size())
        .putInt(version)
        .put(body.toByteArray())
        .array();
  }

  private static Arbitrary<byte[]> cancel() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMaxSize(300)
        .map(key ->
            ByteBuffer.allocate(8 + key.length)
                .put(int32s(8 + key.length, 80877102))
                .put(key)
                .array());
  }

  /** Answers to a question of ours: passwords, and the steps of SCRAM. */
  static Arbitrary<byte[]> answer() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.strings(),
            Arbitraries.of(
                "secret\0",
                "SCRAM-SHA-256\0\0\0\0\u0017n,,n=,r=0123456789abcde",
                "SCRAM-SHA-256-PLUS\0\0\0\0 p=tls-server-end-point,,n=,r=abc",
                "SCRAM-SHA-256\0\u007f\u007f\u007f\u007fn,,n=,r=x",
                "c=biws,r=0123456789abcde,p=dGhpcyBpcyBubyBwcm9vZg==",
                "c=biws,r=,p="));
    return texts.map(text -> message('p', text.getBytes(StandardCharsets.UTF_8)));
  }

  static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }

  private static Arbitrary<byte[]> tlsRecord() {
    return Combinators.combine(
            Arbitraries.of((byte) 0x14, (byte) 0x15, (byte) 0x16, (byte) 0x17, (byte) 0x80),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(200))
        .as((type, body) ->
            ByteBuffer.allocate(5 + body.length)
                .put(type)
                .putShort((short) 0x0301)
                .putShort((short) body.length)
                .put(body)
                .array());
  }

  /** What an honest client begins direct TLS with. */
  private static byte[] clientHello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"postgresql"});
      engine.setSSLParameters(parameters);
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      return Arrays.copyOf(out.array(), out.position());
    } catch (SSLException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With a byte changed, put in, or the end cut off. */
  static Arbitrary<byte[]> damaged(Arbitrary<byte[]> whole) {
    return Combinators.combine(
            whole,
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 1000),
            Arbitraries.bytes())
        .as(Packets::damaged);
  }

  private static byte[] damaged(byte[] bytes, int how, int where, byte what) {
    if (bytes.length == 0) {
      return new byte[] {what};
    }
    int at = where % bytes.length;
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(bytes, 0, at);
    if (how < 2) {
      out.writeByte(what);
      int from = at + how; // 0 puts it in, 1 replaces
      out.writeBytes(bytes, from, bytes.length - from);
    }
    return ByteBufUtil.getBytes(out);
  }

  /** Joins the parts and cuts them elsewhere; an encryption request stays a read of its own. */
  private static List<byte[]> cut(List<byte[]> parts, List<Integer> cuts) {
    List<byte[]> reads = new ArrayList<>();
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      if (isEncryptionRequest(part)) {
        reads.addAll(cut(joined.toByteArray(), cuts));
        joined.reset();
        reads.add(part);
      } else {
        joined.writeBytes(part);
      }
    }
    reads.addAll(cut(joined.toByteArray(), cuts));
    return reads;
  }

  private static List<byte[]> cut(byte[] bytes, List<Integer> cuts) {
    List<byte[]> reads = new ArrayList<>();
    int from = 0;
    for (int length : cuts) {
      int to = Math.min(bytes.length, from + length);
      reads.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    reads.add(Arrays.copyOfRange(bytes, from, bytes.length));
    reads.removeIf(read -> read.length == 0);
    return reads;
  }

  static boolean isEncryptionRequest(byte[] read) {
    return Arrays.equals(read, SSL_REQUEST) || Arrays.equals(read, GSS_REQUEST);
  }

  private static byte[] int32s(int first, int second) {
    return ByteBuffer.allocate(8).putInt(first).putInt(second).array();
  }
}

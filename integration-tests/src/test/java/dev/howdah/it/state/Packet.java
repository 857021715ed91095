package dev.howdah.it.state;

import static dev.howdah.it.clients.RawClient.int16;
import static dev.howdah.it.clients.RawClient.int32;
import static dev.howdah.it.clients.RawClient.message;
import static dev.howdah.it.clients.RawClient.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One message of a client, written in a scenario as {@code Verb words: text}. A dash stands for the
 * unnamed statement or portal, a bar separates parameter values.
 *
 * @param type its type byte (PostgreSQL documentation, "Message Formats")
 * @param bytes with its header
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Packet(char type, byte[] bytes) {
  private static final String NULL = "NULL";

  /** A simple query. */
  static Packet query(String sql) {
    return new Packet('Q', message('Q', text(sql)));
  }

  /** Reads one line of a batch. */
  static Packet parse(String line) {
    int colon = line.endsWith(":") ? line.length() - 1 : line.indexOf(": ");
    String head = colon < 0 ? line : line.substring(0, colon);
    String body = colon < 0 ? "" : line.substring(colon + 1).strip();
    List<String> words = List.of(head.strip().split("\\s+", -1));
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "Parse" -> parseStatement(rest, body);
      case "Bind" -> bind(rest, body);
      case "Describe" -> named('D', rest);
      case "Execute" -> new Packet('E', message('E', text(name(rest, 0)), int32(rows(rest))));
      case "Close" -> named('C', rest);
      case "Sync" -> new Packet('S', message('S'));
      case "Flush" -> new Packet('H', message('H'));
      case "Query" -> query(body);
      case "CopyData" ->
          new Packet('d', message('d', unescaped(body).getBytes(StandardCharsets.UTF_8)));
      case "CopyDone" -> new Packet('c', message('c'));
      case "CopyFail" -> new Packet('f', message('f', text(body)));
      default -> throw new IllegalArgumentException("no such message: " + line);
    };
  }

  /** Whether the server answers it with a ReadyForQuery. */
  boolean asksForReady() {
    return type == 'S' || type == 'Q';
  }

  /** Whether it ends a COPY FROM STDIN. */
  boolean endsCopy() {
    return type == 'c' || type == 'f';
  }

  private static Packet parseStatement(List<String> words, String sql) {
    List<String> types = words.isEmpty() ? List.of() : words.subList(1, words.size());
    ByteArrayOutputStream oids = new ByteArrayOutputStream();
    types.forEach(type -> oids.writeBytes(int32(oid(type))));
    return new Packet(
        'P',
        message('P', text(name(words, 0)), text(sql), int16(types.size()), oids.toByteArray()));
  }

  /** {@code Bind statement [portal] [binary]: value | value}. */
  private static Packet bind(List<String> words, String values) {
    boolean binary = words.contains("binary");
    List<String> names = words.stream().filter(word -> !word.equals("binary")).toList();
    List<String> parameters =
        values.isEmpty()
            ? List.of()
            : Arrays.stream(values.split("\\|", -1)).map(String::strip).toList();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String parameter : parameters) {
      byte[] value = parameter.getBytes(StandardCharsets.UTF_8);
      body.writeBytes(int32(parameter.equals(NULL) ? -1 : value.length));
      body.writeBytes(parameter.equals(NULL) ? new byte[0] : value);
    }
    return new Packet(
        'B',
        message(
            'B',
            text(name(names, 1)),
            text(name(names, 0)),
            int16(0),
            int16(parameters.size()),
            body.toByteArray(),
            binary ? int16(1) : int16(0),
            binary ? int16(1) : new byte[0]));
  }

  private static Packet named(char type, List<String> words) {
    String kind = words.getFirst().equals("portal") ? "P" : "S";
    return new Packet(
        type, message(type, kind.getBytes(StandardCharsets.US_ASCII), text(name(words, 1))));
  }

  private static String name(List<String> words, int at) {
    String name = words.size() <= at ? "-" : words.get(at);
    return name.equals("-") ? "" : name;
  }

  private static int rows(List<String> words) {
    return words.size() < 2 ? 0 : Integer.parseInt(words.get(1));
  }

  private static String unescaped(String text) {
    return text.replace("\\t", "\t").replace("\\n", "\n");
  }

  /** Type oids of the system catalogue, which are the same in all versions. */
  private static int oid(String type) {
    return switch (type) {
      case "any" -> 0;
      case "bool" -> 16;
      case "int8" -> 20;
      case "int4" -> 23;
      case "text" -> 25;
      case "numeric" -> 1700;
      default -> throw new IllegalArgumentException("no oid known for type " + type);
    };
  }
}

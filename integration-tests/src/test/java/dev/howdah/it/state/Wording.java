package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Messages of a server in words, without what differs between any two connections or databases:
 * process ids, secret keys, oids of objects made by a test, numbers of temporary schemas, and the
 * place in PostgreSQL's source that an error comes from.
 */
final class Wording {
  private static final int FIRST_OWN_OID = 16_384;
  private static final int VALUE_CHARACTERS_MAX = 200;
  private static final Pattern PROCESS = Pattern.compile("\\b([Pp]rocess|PID|pid) [0-9]+");
  private static final Pattern TEMPORARY = Pattern.compile("\\bpg_(toast_)?temp_[0-9]+");
  private static final String FIELDS = "SCMDHPWstcdn";

  private Wording() {}

  /** One message on one line. */
  static String of(Message message) {
    ByteBuffer body = ByteBuffer.wrap(message.body());
    String words =
        switch (message.type()) {
          case '1' -> "ParseComplete";
          case '2' -> "BindComplete";
          case '3' -> "CloseComplete";
          case 'A' -> notification(body);
          case 'C' -> "CommandComplete " + string(body);
          case 'c' -> "CopyDone";
          case 'D' -> row(body);
          case 'd' -> "CopyData " + shown(body);
          case 'E' -> "ErrorResponse" + fields(message);
          case 'G' -> "CopyInResponse";
          case 'H' -> "CopyOutResponse";
          case 'I' -> "EmptyQueryResponse";
          case 'K' -> "BackendKeyData";
          case 'N' -> "NoticeResponse" + fields(message);
          case 'n' -> "NoData";
          case 'R' -> "Authentication " + body.getInt();
          case 'S' -> "ParameterStatus " + string(body) + " = " + string(body);
          case 's' -> "PortalSuspended";
          case 'T' -> columns(body);
          case 't' -> parameters(body);
          case 'Z' -> "ReadyForQuery " + (char) body.get();
          default -> message.toString();
        };
    return masked(words);
  }

  /** Without process ids and numbers of temporary schemas. */
  static String masked(String words) {
    String withoutProcess = PROCESS.matcher(words).replaceAll("$1 N");
    return TEMPORARY.matcher(withoutProcess).replaceAll("pg_$1temp_N");
  }

  private static String notification(ByteBuffer body) {
    body.getInt();
    return "NotificationResponse " + string(body) + " '" + string(body) + "'";
  }

  private static String row(ByteBuffer body) {
    int columns = body.getShort();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      int length = body.getInt();
      if (length < 0) {
        values.add("NULL");
      } else {
        byte[] value = new byte[length];
        body.get(value);
        values.add(shown(ByteBuffer.wrap(value)));
      }
    }
    return "DataRow " + String.join(" | ", values);
  }

  private static String columns(ByteBuffer body) {
    int columns = body.getShort();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      String name = string(body);
      boolean ofTable = body.getInt() != 0;
      int number = body.getShort();
      int type = body.getInt();
      body.getShort();
      int modifier = body.getInt();
      int format = body.getShort();
      all.add(
          name
              + " "
              + type(type)
              + (modifier == -1 ? "" : "(" + modifier + ")")
              + (ofTable ? " column " + number : "")
              + (format == 0 ? "" : " binary"));
    }
    return "RowDescription " + String.join(", ", all);
  }

  private static String parameters(ByteBuffer body) {
    int count = body.getShort();
    List<String> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      types.add(type(body.getInt()));
    }
    return "ParameterDescription " + String.join(", ", types);
  }

  private static String type(int oid) {
    return oid < FIRST_OWN_OID ? Integer.toString(oid) : "own";
  }

  private static String fields(Message message) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < FIELDS.length(); i++) {
      String value = message.field(FIELDS.charAt(i));
      if (!value.isEmpty()) {
        words.append(' ').append(FIELDS.charAt(i)).append('=').append(utf8(value));
      }
    }
    return words.toString();
  }

  /** A field is read byte by byte; this is its text. */
  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String string(ByteBuffer body) {
    int start = body.position();
    int end = start;
    while (body.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - start];
    body.get(text);
    body.get();
    return new String(text, StandardCharsets.UTF_8);
  }

  private static String shown(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\t') {
        return "\\x" + HexFormat.of().formatHex(bytes);
      }
    }
    String text = new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n");
    return text.length() <= VALUE_CHARACTERS_MAX
        ? text
        : "%s... (%d characters, hash %x)"
            .formatted(text.substring(0, 40), text.length(), text.hashCode());
  }
}

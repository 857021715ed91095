package dev.howdah.it.oracle;

import dev.howdah.it.fixture.Target;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A console by the bare protocol, since PgBouncer's 1.18 knows no other commands than its own.
 * Blocking, one thread.
 */
final class ConsoleTables implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * What a SHOW answered.
   *
   * @param columns names and types, in order
   */
  record Shown(Map<String, String> columns, List<Map<String, String>> rows) {

    /** The row that has this value in the first column. */
    Map<String, String> row(String first) {
      String name = columns.keySet().iterator().next();
      return rows.stream()
          .filter(row -> first.equals(row.get(name)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + first + " in " + rows));
    }

    /** The first row of a database. */
    Map<String, String> ofDatabase(String database) {
      return rows.stream()
          .filter(row -> database.equals(row.get("database")))
          .findFirst()
          .orElseThrow(() -> new AssertionError("nothing of " + database + " in " + rows));
    }
  }

  private ConsoleTables(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Opens the console of the pooler that a database is behind; it trusts the user. */
  static ConsoleTables of(Target database) throws IOException {
    var console =
        new ConsoleTables(new Socket(database.endpoint().host(), database.endpoint().port()));
    byte[] parameters =
        ("user\0" + database.user() + "\0database\0pgbouncer\0\0").getBytes(StandardCharsets.UTF_8);
    byte[] packet =
        ByteBuffer.allocate(8 + parameters.length)
            .putInt(8 + parameters.length)
            .putInt(3 << 16)
            .put(parameters)
            .array();
    console.out.write(packet); // in one piece, as clients do
    console.readUntilReady();
    return console;
  }

  Shown show(String topic) throws IOException {
    byte[] query = ("SHOW " + topic + "\0").getBytes(StandardCharsets.UTF_8);
    var message = new ByteArrayOutputStream();
    message.write('Q');
    message.writeBytes(ByteBuffer.allocate(4).putInt(4 + query.length).array());
    message.writeBytes(query);
    out.write(message.toByteArray());
    return readUntilReady();
  }

  private Shown readUntilReady() throws IOException {
    Map<String, String> columns = new LinkedHashMap<>();
    List<Map<String, String>> rows = new ArrayList<>();
    String error = "";
    while (true) {
      char type = (char) in.readUnsignedByte();
      ByteBuffer body = ByteBuffer.wrap(in.readNBytes(in.readInt() - 4));
      switch (type) {
        case 'T' -> {
          for (int left = body.getShort(); left > 0; left--) {
            String name = string(body);
            body.position(body.position() + 6); // table and column
            columns.put(name, typeName(body.getInt()));
            body.position(body.position() + 8); // size, modifier and format
          }
        }
        case 'D' -> {
          Map<String, String> row = new LinkedHashMap<>();
          Iterator<String> names = columns.keySet().iterator();
          for (int left = body.getShort(); left > 0; left--) {
            row.put(names.next(), value(body));
          }
          rows.add(row);
        }
        case 'E' -> error = StandardCharsets.UTF_8.decode(body).toString().replace('\0', ' ');
        case 'Z' -> {
          if (!error.isEmpty()) {
            throw new IOException(error);
          }
          return new Shown(columns, rows);
        }
        default -> {
          // Nothing that is looked at.
        }
      }
    }
  }

  private static String string(ByteBuffer from) {
    var text = new ByteArrayOutputStream();
    for (byte each = from.get(); each != 0; each = from.get()) {
      text.write(each);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static String value(ByteBuffer from) {
    int length = from.getInt();
    if (length < 0) {
      return "NULL";
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The name of a type (docs: pg_type). */
  private static String typeName(int oid) {
    return switch (oid) {
      case 20 -> "int8";
      case 23 -> "int4";
      case 25 -> "text";
      case 1700 -> "numeric";
      default -> "type " + oid;
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

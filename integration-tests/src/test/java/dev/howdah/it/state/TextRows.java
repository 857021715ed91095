package dev.howdah.it.state;

import dev.howdah.it.clients.RawClient.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of an answer in text format. */
final class TextRows {
  private static final int BYTES_BEHIND_NAME = 18;

  private TextRows() {}

  /** All rows, each by column name; NULL is an empty text. */
  static List<Map<String, String>> of(List<Message> answer) {
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> names = List.of();
    for (Message message : answer) {
      if (message.type() == 'T') {
        names = names(ByteBuffer.wrap(message.body()));
      } else if (message.type() == 'D') {
        ByteBuffer body = ByteBuffer.wrap(message.body());
        body.getShort();
        Map<String, String> row = new LinkedHashMap<>();
        for (String name : names) {
          byte[] value = new byte[Math.max(0, body.getInt())];
          body.get(value);
          row.put(name, new String(value, StandardCharsets.UTF_8));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<String> names(ByteBuffer body) {
    int columns = body.getShort();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      StringBuilder name = new StringBuilder();
      for (byte b = body.get(); b != 0; b = body.get()) {
        name.append((char) b);
      }
      names.add(name.toString());
      body.position(body.position() + BYTES_BEHIND_NAME);
    }
    return names;
  }
}

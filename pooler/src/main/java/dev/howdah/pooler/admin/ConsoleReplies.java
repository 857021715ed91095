package dev.howdah.pooler.admin;

import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.EmptyQueryResponse;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.message.RowDescription;
import dev.howdah.wire.message.TransactionStatus;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the console answers, as messages. */
final class ConsoleReplies {
  private static final int BINARY = 1;

  private ConsoleReplies() {}

  /** AuthenticationOk to ReadyForQuery. */
  static void welcome(
      ByteBuf out, String version, StartupMessage startup, int processId, CancelSecret secret) {
    new AuthenticationOk().encode(out);
    parameter(out, "server_version", version + "/howdah");
    parameter(out, "client_encoding", "UTF8");
    parameter(out, "server_encoding", "UTF8");
    parameter(out, "DateStyle", "ISO");
    parameter(out, "TimeZone", "GMT");
    parameter(out, "standard_conforming_strings", "on");
    parameter(out, "is_superuser", "on");
    parameter(out, "integer_datetimes", "on");
    parameter(out, "session_authorization", startup.user());
    parameter(out, "application_name", startup.parameters().getOrDefault("application_name", ""));
    new BackendKeyData(processId, secret).encode(out);
    ready(out);
  }

  private static void parameter(ByteBuf out, String name, String value) {
    new ParameterStatus(name, value).encode(out);
  }

  static void ready(ByteBuf out) {
    new ReadyForQuery(TransactionStatus.IDLE).encode(out);
  }

  static void empty(ByteBuf out) {
    new EmptyQueryResponse().encode(out);
  }

  /**
   * Notices, rows and CommandComplete.
   *
   * @param formats as in Bind: none for text, one for all columns, or one for each
   * @param described whether the rows are described first, as in the simple protocol
   */
  static void write(ByteBuf out, Reply reply, List<Integer> formats, boolean described) {
    reply.notices().forEach(notice -> notice.encodeNotice(out));
    Table table = reply.table();
    if (table != null) {
      if (described) {
        describe(table.columns(), formats).encode(out);
      }
      for (List<@Nullable Object> row : table.rows()) {
        dataRow(table.columns(), row, formats).encode(out);
      }
    }
    new CommandComplete(reply.tag()).encode(out);
  }

  static RowDescription describe(List<Column> columns, List<Integer> formats) {
    List<RowDescription.Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      ColumnType type = column.type();
      fields.add(
          new RowDescription.Field(
              column.name(),
              0,
              (short) 0,
              type.oid(),
              type.size(),
              -1,
              (short) format(formats, i)));
    }
    return new RowDescription(fields);
  }

  private static DataRow dataRow(
      List<Column> columns, List<@Nullable Object> row, List<Integer> formats) {
    List<@Nullable Bytes> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.get(i);
      ColumnType type = columns.get(i).type();
      if (value == null) {
        values.add(null);
      } else {
        values.add(
            Bytes.copyOf(format(formats, i) == BINARY ? type.binary(value) : type.text(value)));
      }
    }
    return new DataRow(values);
  }

  private static int format(List<Integer> formats, int column) {
    if (formats.isEmpty()) {
      return 0;
    }
    return formats.size() == 1 ? formats.getFirst() : formats.get(column);
  }
}

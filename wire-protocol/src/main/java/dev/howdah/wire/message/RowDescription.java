package dev.howdah.wire.message;

import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.field.FieldWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The columns of the rows that follow. */
public record RowDescription(List<Field> fields) implements BackendMessage {
  private static final int FIELD_BYTES_MIN = 19;

  public RowDescription {
    fields = List.copyOf(fields);
  }

  /** A description in which every column is {@code text} in text format, as our console sends. */
  public static RowDescription ofText(List<String> names) {
    return new RowDescription(names.stream().map(Field::text).toList());
  }

  static RowDescription decode(FieldReader in) {
    int count = in.count16(FIELD_BYTES_MIN);
    List<Field> fields = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fields.add(
          new Field(
              in.string(), in.int32(), in.int16(), in.int32(), in.int16(), in.int32(), in.int16()));
    }
    return new RowDescription(fields);
  }

  @Override
  public byte type() {
    return BackendType.ROW_DESCRIPTION;
  }

  @Override
  public void encodeBody(ByteBuf out) {
    FieldWriter.count16(out, fields.size());
    for (Field field : fields) {
      FieldWriter.string(out, field.name);
      out.writeInt(field.tableOid);
      out.writeShort(field.columnNumber);
      out.writeInt(field.typeOid);
      out.writeShort(field.typeSize);
      out.writeInt(field.typeModifier);
      out.writeShort(field.format);
    }
  }

  /**
   * One column.
   *
   * @param tableOid zero unless the column is a table's
   * @param columnNumber number within that table, or zero
   * @param typeSize bytes, negative for variable-width types
   * @param typeModifier for example the length of a varchar; -1 for none
   * @param format 0 text, 1 binary; 0 too when a statement is described, as nobody knows yet
   */
  public record Field(
      String name,
      int tableOid,
      short columnNumber,
      int typeOid,
      short typeSize,
      int typeModifier,
      short format) {
    private static final int TEXT_OID = 25;

    /** A column of type {@code text} in text format that belongs to no table. */
    public static Field text(String name) {
      return new Field(name, 0, (short) 0, TEXT_OID, (short) -1, -1, (short) 0);
    }
  }
}

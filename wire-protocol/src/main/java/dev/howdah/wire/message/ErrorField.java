package dev.howdah.wire.message;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.field.FieldWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of an ErrorResponse or NoticeResponse as it travelled, known to us or not.
 *
 * @param code never zero, which ends the list of fields
 */
public record ErrorField(byte code, String value) {
  public ErrorField {
    if (code == 0) {
      throw new IllegalArgumentException("code zero ends the list of fields");
    }
  }

  static List<ErrorField> decodeAll(FieldReader in) {
    List<ErrorField> fields = new ArrayList<>();
    for (byte code = in.int8(); code != 0; code = in.int8()) {
      fields.add(new ErrorField(code, in.string()));
    }
    return fields;
  }

  static void encodeAll(List<ErrorField> fields, ByteBuf out) {
    for (ErrorField field : fields) {
      out.writeByte(field.code);
      FieldWriter.string(out, field.value);
    }
    out.writeByte(0);
  }

  static ErrorFields summaryOf(List<ErrorField> fields) {
    @Nullable String word = valueOf(fields, 'V');
    if (word == null) {
      word = valueOf(fields, 'S');
    }
    @Nullable Severity severity = word == null ? null : Severity.fromWord(word);
    @Nullable String sqlState = valueOf(fields, 'C');
    @Nullable String message = valueOf(fields, 'M');
    return new ErrorFields(
        severity == null ? Severity.ERROR : severity,
        sqlState == null ? SqlState.INTERNAL_ERROR.code() : sqlState,
        message == null ? "" : message,
        valueOf(fields, 'D'),
        valueOf(fields, 'H'));
  }

  private static @Nullable String valueOf(List<ErrorField> fields, char code) {
    for (ErrorField field : fields) {
      if (field.code == code) {
        return field.value;
      }
    }
    return null;
  }
}

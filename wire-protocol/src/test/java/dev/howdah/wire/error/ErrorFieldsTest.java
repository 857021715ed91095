package dev.howdah.wire.error;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ErrorFieldsTest {
  private static final ErrorFields FULL =
      ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "no connection became free")
          .withDetail("40 of 40 in use")
          .withHint("Look for sessions idle in transaction.");

  @Example
  void an_error_has_its_fields_in_the_order_of_postgresql() {
    ByteBuf out = Unpooled.buffer();

    ErrorFields.error(SqlState.SYNTAX_ERROR, "bad").withDetail("d").withHint("h").encodeError(out);

    assertThat(out.toString(ISO_8859_1))
        .isEqualTo("E\0\0\0\45SERROR\0VERROR\0C42601\0Mbad\0Dd\0Hh\0\0");
  }

  @Example
  void a_notice_has_its_own_type() {
    ByteBuf out = Unpooled.buffer();

    ErrorFields.notice(SqlState.SUCCESSFUL_COMPLETION, "hm").encodeNotice(out);

    assertThat(out.toString(ISO_8859_1)).isEqualTo("N\0\0\0\40SNOTICE\0VNOTICE\0C00000\0Mhm\0\0");
  }

  @Example
  void what_was_encoded_is_decoded() {
    assertThat(ErrorFields.decode(bodyOf(FULL))).isEqualTo(FULL);
  }

  @Example
  void a_nul_in_a_text_cannot_start_another_field() {
    ByteBuf body = bodyOf(ErrorFields.error(SqlState.INTERNAL_ERROR, "a\0C00000"));

    ErrorFields decoded = ErrorFields.decode(body);

    assertThat(decoded.sqlState()).isEqualTo("XX000");
    assertThat(decoded.message()).isEqualTo("a\uFFFDC00000");
  }

  @Example
  void unknown_fields_are_skipped_and_translated_severities_are_not_believed() {
    ByteBuf body =
        Unpooled.copiedBuffer("SFEHLER\0VFATAL\0C28P01\0Mnein\0Fauth.c\0L1\0?x\0\0", UTF_8);

    assertThat(ErrorFields.decode(body))
        .isEqualTo(ErrorFields.fatal(SqlState.INVALID_PASSWORD, "nein"));
  }

  @Example
  void an_endless_text_is_cut() {
    ByteBuf body = bodyOf(ErrorFields.error(SqlState.INTERNAL_ERROR, "x".repeat(1 << 20)));

    assertThat(ErrorFields.decode(body).message()).hasSize(16 * 1024);
  }

  @Example
  void unterminated_fields_are_refused() {
    assertThatThrownBy(() -> ErrorFields.decode(Unpooled.copiedBuffer("C57P01", UTF_8)))
        .isInstanceOf(ProtocolViolation.class);
    assertThatThrownBy(() -> ErrorFields.decode(Unpooled.copiedBuffer("C57P01\0", UTF_8)))
        .isInstanceOf(ProtocolViolation.class);
  }

  @Example
  void the_sql_state_is_found_without_reading_anything_else() {
    ByteBuf body = bodyOf(FULL);
    int index = body.readerIndex();

    assertThat(ErrorFields.sqlStateOf(body)).isEqualTo("53300");
    assertThat(body.readerIndex()).isEqualTo(index);
  }

  @Example
  void a_missing_or_odd_sql_state_is_no_sql_state() {
    assertThat(ErrorFields.sqlStateOf(Unpooled.EMPTY_BUFFER)).isNull();
    assertThat(ErrorFields.sqlStateOf(Unpooled.copiedBuffer("Mx\0\0", UTF_8))).isNull();
    assertThat(ErrorFields.sqlStateOf(Unpooled.copiedBuffer("C123\0\0", UTF_8))).isNull();
    assertThat(ErrorFields.sqlStateOf(Unpooled.copiedBuffer("C57P01", UTF_8))).isNull();
  }

  @Property
  void random_bytes_are_read_or_refused(@ForAll byte[] body) {
    ErrorFields.sqlStateOf(Unpooled.wrappedBuffer(body));
    try {
      assertThat(ErrorFields.decode(Unpooled.wrappedBuffer(body))).isNotNull();
    } catch (ProtocolViolation refused) {
      assertThat(refused.fields().sqlState()).isEqualTo("08P01");
    }
  }

  @Example
  void an_expected_failure_has_no_stack_trace_and_carries_its_fields() {
    PoolerException exception = FULL.asException();

    assertThat(exception.getStackTrace()).isEmpty();
    assertThat(exception.fields()).isEqualTo(FULL);
    assertThat(new ProtocolViolation("x").withDetail("d").fields())
        .isEqualTo(ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, "x").withDetail("d"));
  }

  @Example
  void sql_states_are_found_by_code() {
    assertThat(SqlState.fromCode("40001")).isEqualTo(SqlState.SERIALIZATION_FAILURE);
    assertThat(SqlState.fromCode("ZZZZZ")).isNull();
  }

  private static ByteBuf bodyOf(ErrorFields fields) {
    ByteBuf out = Unpooled.buffer();
    fields.encodeError(out);
    return out.skipBytes(5);
  }
}

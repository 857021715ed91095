package dev.howdah.pooler.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.RowDescription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookUpAnswerTest {
  private static final BackendMessage TWO_COLUMNS = RowDescription.ofText(List.of("a", "b"));

  @Test
  void a_row_is_a_user_and_its_secret() {
    assertThat(read(TWO_COLUMNS, row("anna", "secret")))
        .isEqualTo(new FoundUser(true, new StoredSecret.Plain("secret")));
  }

  @Test
  void a_user_whose_secret_is_null_or_empty_exists_without_one() {
    assertThat(read(TWO_COLUMNS, row("anna", null))).isEqualTo(new FoundUser(true, null));
    assertThat(read(TWO_COLUMNS, row("anna", ""))).isEqualTo(new FoundUser(true, null));
  }

  @Test
  void no_row_and_a_null_name_and_another_name_are_nobody() {
    assertThat(read(TWO_COLUMNS)).isEqualTo(FoundUser.NOBODY);
    assertThat(read(TWO_COLUMNS, row(null, "secret"))).isEqualTo(FoundUser.NOBODY);
    assertThat(read(TWO_COLUMNS, row("Anna", "secret"))).isEqualTo(FoundUser.NOBODY);
  }

  @Test
  void other_answers_are_refused() {
    assertThatThrownBy(() -> read(RowDescription.ofText(List.of("a"))))
        .isInstanceOf(PoolerException.class)
        .hasMessageContaining("expected 2 columns from auth_query, not 1");
    assertThatThrownBy(() -> read(new BackendMessage.NoData()))
        .hasMessageContaining("expected 2 columns from auth_query, not 0");
    assertThatThrownBy(() -> read(TWO_COLUMNS, row("anna", "a"), row("anna", "b")))
        .hasMessageContaining("more than one row");
  }

  @Test
  void an_error_is_told_without_its_words_unless_it_is_about_the_name() {
    assertThatThrownBy(() -> readError("42501"))
        .hasMessageContaining("error response from auth_query")
        .hasMessageNotContaining("pg_authid");
    assertThat(readError("22021")).isEqualTo(FoundUser.NOBODY);
  }

  private static FoundUser readError(String sqlState) {
    ByteBuf in = Unpooled.buffer();
    ErrorFields error =
        ErrorFields.error(SqlState.INTERNAL_ERROR, "permission denied for table pg_authid");
    new ErrorFields(error.severity(), sqlState, error.message(), error.detail(), error.hint())
        .encodeError(in);
    return new LookUpAnswer("anna", "test").read(in);
  }

  private static FoundUser read(BackendMessage... messages) {
    ByteBuf in = Unpooled.buffer();
    for (BackendMessage message : messages) {
      message.encode(in);
    }
    return new LookUpAnswer("anna", "test").read(in);
  }

  private static DataRow row(@Nullable String... values) {
    List<@Nullable Bytes> columns = new ArrayList<>();
    for (String value : values) {
      columns.add(value == null ? null : Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8)));
    }
    return new DataRow(columns);
  }
}

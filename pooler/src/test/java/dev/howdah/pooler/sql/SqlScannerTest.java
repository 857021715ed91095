package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScannerTest {
  private final SqlScanner scanner = new SqlScanner();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select a.b, \"C\"\"d\" | select WORD ~ a WORD ~ . DOT ~ b WORD ~ , COMMA ~ \"C\"\"d\" QUOTED_WORD",
        "'it''s' E'a\\'b' n'x' | 'it''s' STRING ~ E'a\\'b' ESCAPE_STRING ~ n'x' STRING",
        "B'01' x'1F' U&'d\\0061' | B'01' BIT_STRING ~ x'1F' BIT_STRING ~ U&'d\\0061' UNICODE_STRING",
        "U&\"d!0061\" UESCAPE '!' x | U&\"d!0061\" UESCAPE '!' UNICODE_WORD ~ x WORD",
        "$$a$b$$ $tag$ $$ $tag$ | $$a$b$$ DOLLAR_STRING ~ $tag$ $$ $tag$ DOLLAR_STRING",
        "$1 $2a $ | $1 PARAMETER ~ $2 PARAMETER ~ a WORD ~ $ OTHER",
        "a$b$c$ | a$b$c$ WORD",
        "1 1.5 .5 1e-3 1_000 0x1F 0b01 0o17 | 1 NUMBER ~ 1.5 NUMBER ~ .5 NUMBER ~ 1e-3 NUMBER ~ 1_000 NUMBER ~ 0x1F NUMBER ~ 0b01 NUMBER ~ 0o17 NUMBER",
        "1..2 | 1 NUMBER ~ . DOT ~ .2 NUMBER",
        "1e'a\\'' | 1 NUMBER ~ e'a\\'' ESCAPE_STRING",
        "foo_e'a\\' | foo_e WORD ~ 'a\\' STRING",
        "a--b | a WORD",
        "a +-- b | a WORD ~ + OPERATOR",
        "a*/* x */-b | a WORD ~ * OPERATOR ~ - OPERATOR ~ b WORD",
        "a=-1 | a WORD ~ = OPERATOR ~ - OPERATOR ~ 1 NUMBER",
        "a@-1 | a WORD ~ @- OPERATOR ~ 1 NUMBER",
        "a+-+1 | a WORD ~ + OPERATOR ~ - OPERATOR ~ + OPERATOR ~ 1 NUMBER",
        "a<=b#>>c | a WORD ~ <= OPERATOR ~ b WORD ~ #>> OPERATOR ~ c WORD",
        "a::int[1] | a WORD ~ :: CAST ~ int WORD ~ [ OTHER ~ 1 NUMBER ~ ] OTHER",
        "/* a /* b */ ' c */ x | x WORD",
        "/*/ x */ y | y WORD",
        "été Ω | été WORD ~ Ω WORD",
        "(a;(b)) | ( OPEN ~ a WORD ~ ; SEMICOLON ~ ( OPEN ~ b WORD ~ ) CLOSE ~ ) CLOSE"
      })
  void tokens_are_those_of_postgresql(String sql, String expected) {
    List<String> tokens = tokens(sql, SqlRules.STANDARD);

    assertThat(String.join(" ~ ", tokens)).isEqualTo(expected);
  }

  @Test
  void strings_go_on_after_a_line_break_and_keep_their_kind() {
    assertThat(tokens("'a'\n 'b'", SqlRules.STANDARD)).containsExactly("'a'\n 'b' STRING");
    assertThat(tokens("E'a' -- x\n 'b\\'c'", SqlRules.STANDARD))
        .containsExactly("E'a' -- x\n 'b\\'c' ESCAPE_STRING");
    assertThat(tokens("'a' 'b'", SqlRules.STANDARD)).containsExactly("'a' STRING", "'b' STRING");
    assertThat(tokens("'a' /* x\n */ 'b'", SqlRules.STANDARD))
        .containsExactly("'a' STRING", "'b' STRING");
    assertThat(tokens("b'1''0'", SqlRules.STANDARD))
        .containsExactly("b'1' BIT_STRING", "'0' STRING");
  }

  @Test
  void a_backslash_escapes_without_standard_conforming_strings() {
    assertThat(tokens("'a\\'b'", SqlRules.BACKSLASHES)).containsExactly("'a\\'b' ESCAPE_STRING");
    assertThat(tokens("n'a\\'b'", SqlRules.BACKSLASHES)).containsExactly("n'a\\'b' ESCAPE_STRING");
    assertThat(tokens("'a\\' b", SqlRules.STANDARD)).containsExactly("'a\\' STRING", "b WORD");
    assertThat(problem("U&'a'", SqlRules.BACKSLASHES)).isEqualTo(Unreadable.UNICODE_STRING);
    assertThat(tokens("U&\"a\"", SqlRules.BACKSLASHES)).containsExactly("U&\"a\" UNICODE_WORD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select 'a | UNTERMINATED_STRING",
        "select E'a\\' | UNTERMINATED_STRING",
        "select 'a\\ | UNTERMINATED_STRING",
        "select E'a\\ | UNTERMINATED_STRING",
        "select $a$ $b$ | UNTERMINATED_STRING",
        "select x'1 | UNTERMINATED_STRING",
        "select \"a | UNTERMINATED_IDENTIFIER",
        "select U&\"a | UNTERMINATED_IDENTIFIER",
        "/* a /* b */ | UNTERMINATED_COMMENT",
        "/* | UNTERMINATED_COMMENT",
        "/*/ | UNTERMINATED_COMMENT"
      })
  void a_quote_without_end_ends_the_text(String sql, Unreadable problem) {
    assertThat(problem(sql, SqlRules.STANDARD)).isEqualTo(problem);
  }

  @Test
  void only_bytes_beyond_ascii_make_an_unsafe_encoding_unreadable() {
    SqlRules rules = SqlRules.of(true, "SJIS");

    assertThat(problem("select 'abc'", rules)).isNull();
    assertThat(problem("select 'été'", rules)).isEqualTo(Unreadable.UNSAFE_ENCODING);
    assertThat(problem("select 'été'", SqlRules.of(true, "UTF8"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SJIS", "shift_jis_2004", "BIG5", "gbk", "UHC", "GB18030", "JOHAB", "Windows-949"})
  void encodings_with_ascii_bytes_inside_characters_are_unsafe(String encoding) {
    assertThat(SqlRules.of(true, encoding)).isEqualTo(SqlRules.STANDARD_UNSAFE_ENCODING);
    assertThat(SqlRules.of(false, encoding)).isEqualTo(SqlRules.BACKSLASHES_UNSAFE_ENCODING);
  }

  private List<String> tokens(String sql, SqlRules rules) {
    byte[] bytes = ("  " + sql).getBytes(StandardCharsets.UTF_8);
    scanner.reset(bytes, 2, bytes.length - 2, rules);
    List<String> tokens = new ArrayList<>();
    while (scanner.next() != SqlToken.END) {
      int length = scanner.end() - scanner.start();
      String token = new String(bytes, scanner.start(), length, StandardCharsets.UTF_8);
      tokens.add(token + " " + scanner.kind());
    }
    assertThat(scanner.problem()).isNull();
    return tokens;
  }

  private @Nullable Unreadable problem(String sql, SqlRules rules) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    scanner.reset(bytes, 0, bytes.length, rules);
    while (scanner.next() != SqlToken.END) {
      assertThat(scanner.end()).isGreaterThan(scanner.start());
    }
    return scanner.problem();
  }
}

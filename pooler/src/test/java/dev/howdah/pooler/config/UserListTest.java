package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserListTest {

  @TempDir Path directory;

  ConfigFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void users_and_secrets_are_read_with_doubled_quotes_and_comments() throws ConfigException {
    var loaded =
        UserList.load(
            fixture.write(
                "users.txt",
                """
                ; comment
                # comment
                "odoo" "plain text" and the rest is ignored
                  "with ""quote""\" "a""b"
                "scram"	"SCRAM-SHA-256$4096:c2FsdA==$a:b"
                "nopassword" ""

                """));

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.users().secret("odoo")).contains("plain text");
    assertThat(loaded.users().secret("with \"quote\"")).contains("a\"b");
    assertThat(loaded.users().secret("scram")).contains("SCRAM-SHA-256$4096:c2FsdA==$a:b");
    assertThat(loaded.users().secret("nopassword")).contains("");
    assertThat(loaded.users().contains("other")).isFalse();
    assertThat(loaded.users()).hasToString("UserList[4 users]");
  }

  @Test
  void every_malformed_line_is_named_and_no_secret_shown() {
    var file =
        fixture.write(
            "users.txt",
            "odoo hunter2\n\"ok\" \"fine\"\n\"a\" hunter2\n\"b\" \"hunter2\n\"\" \"hunter2\"\n");

    assertThatThrownBy(() -> UserList.load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            F:1: the user name is not quoted; write "user" "secret"
            F:3: the secret is not quoted; write "user" "secret", a quote inside twice
            F:4: the secret is not quoted; write "user" "secret", a quote inside twice
            F:5: the user name is empty\
            """
                .replace("F:", file + ":"));
  }

  @Test
  void a_missing_file_lists_nobody_and_warns() throws ConfigException {
    var loaded = UserList.load(fixture.file("none.txt"));

    assertThat(loaded.users()).isEqualTo(UserList.EMPTY);
    assertThat(loaded.warnings()).singleElement().asString().contains("no such file");
  }

  @Test
  void the_last_line_of_a_user_counts() throws ConfigException {
    var loaded = UserList.load(fixture.write("users.txt", "\"a\" \"1\"\n\"a\" \"2\"\n"));

    assertThat(loaded.users().secret("a")).contains("2");
    assertThat(loaded.warnings()).singleElement().asString().contains("listed again");
  }
}

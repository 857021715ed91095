package dev.howdah.pooler.hba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HbaProblemsTest {

  @TempDir Path directory;

  @Test
  void all_problems_are_reported_at_once_with_file_line_and_text() throws IOException {
    write("users.txt", "bob\n+staff\n");
    write("more.conf", "\nhost all all localhost trust\n");
    LoadedHba loaded =
        load(
            """
            host all +dba,+ops 10.0.0.0/40 md5
            local all all md5 # fine
            include more.conf
            host samerole @users.txt all \\
              ldap ldapserver=x "ldapbindpasswd=secret word"
            """);

    assertThat(loaded.problems().stream().map(this::shown).toList())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("hba:1 host all +dba,+ops 10.0.0.0/40 md5: +dba"),
            second -> assertThat(second).contains(": +ops is not supported, because the pooler"),
            third -> assertThat(third).endsWith("write a number from 0 to 32 behind the slash"),
            fourth ->
                assertThat(fourth).startsWith("more.conf:2 host all all localhost trust: localh"),
            fifth ->
                assertThat(fifth)
                    .startsWith("hba:4 host samerole @users.txt all   ldap ...: samerole is not"),
            sixth -> assertThat(sixth).contains(": +staff is not supported"),
            last -> assertThat(last).endsWith("LDAP is not planned; use scram-sha-256"));
    assertThat(loaded.problems().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hosts all all all md5 | hosts is no connection type; write one of local, host,",
        "host,local all all all md5 | host,local is no connection type",
        "host | ends before the database; write: host database user address method",
        "local | ends before the database; write: local database user method",
        "host all | ends before the user",
        "host all all | ends before the address",
        "host all all all | ends before the method",
        "local all all | ends before the method; write: local database user method",
        "host all all md5 | md5 stands where the address belongs",
        "host all all 10.0.0.1 md5 | 10.0.0.1 has no mask; write 10.0.0.1/32",
        "host all all ::1 md5 | ::1 has no mask; write ::1/128",
        "host all all 10.0.0.1 255.0 md5 | 255.0 is no address",
        "host all all 10.0.0.1 ffff:: md5 | ffff:: is a mask of the other family",
        "host all all 10.0.0.1 | ends before the mask of 10.0.0.1 or /length behind it",
        "host all all 10.0.0/8 md5 | 10.0.0/8 is no address; write one like 10.0.0.1",
        "host all all 10.0.0.256/8 md5 | four numbers from 0 to 255",
        "host all all 010.0.0.1/8 md5 | without leading zeros",
        "host all all 10.0.0.0/ md5 | write a number from 0 to 32 behind the slash",
        "host all all 10.0.0.0/-1 md5 | write a number from 0 to 32 behind the slash",
        "host all all ::/129 md5 | write a number from 0 to 128 behind the slash",
        "host all all :::/8 md5 | is no IPv6 address; write one like fd00::1",
        "host all all fe80::1%lo/64 md5 | leave out the percent sign",
        "host all all ::ffff:10.0.0.1/128 md5 | write it as 10.0.0.1",
        "host all all db.example.com md5 | host names are not supported, because",
        "host all all .example.com md5 | host names are not supported, because",
        "host all all \"all\" md5 | all is no address, and host names are not supported",
        "host all all 10.0.0.0/8,11.0.0.0/8 md5 | is a list, but there is one address per line",
        "local all all 10.0.0.0/8 md5 | local database user method, without an address",
        "local all all md5,trust | is a list, but there is one method per line",
        "local all all scram | scram is no method; write one of trust, reject, md5,",
        "local all all plain | method plain is called password here",
        "local all all any | method any exists only as auth_type",
        "host all all all ident | believes whatever the client's machine says",
        "host all all all ldap | LDAP is not planned",
        "host all all all pam | PAM is not planned",
        "host all all all radius | RADIUS is not planned",
        "host all all all gss | GSSAPI is not planned",
        "host all all all sspi | Windows",
        "host all all all oauth | OAuth is not planned",
        "host all all all peer | method peer works on Unix-domain sockets only",
        "host all all all cert | method cert needs TLS; write hostssl instead of host",
        "local all all cert | method cert needs TLS",
        "local all all peer map | map is no option; write name=value",
        "local all all peer map=x | there is no map x; define it in auth_ident_file",
        "local all all md5 map=x | option map works with the methods cert and peer only",
        "local all all peer mapp=x | there is no option mapp; there are map, clientcert",
        "host all all all md5 clientcert=verify-ca | option clientcert needs TLS",
        "hostssl all all all md5 clientcert=1 | write one of verify-ca, verify-full",
        "hostssl all all all cert clientcert=verify-ca | write clientcert=verify-full",
        "hostssl all all all cert clientname=DN | clientname=DN is not supported",
        "local samegroup all md5 | samegroup is not supported, because the pooler does not know",
        "local all /a(b md5 | /a(b is a regular expression that cannot be used: a parenthesis",
        "local \"erp all md5 | a quote is not closed",
        "local @none all md5 | @none cannot be read: no such file",
        "local @empty all md5 | @empty lists no name",
        "local @self all md5 | @self includes itself",
        "include none | none cannot be read: no such file",
        "include | include takes one name",
        "include a b | include takes one name",
        "include_if_exists a,b | include_if_exists takes one name",
        "include_dir none | none cannot be read: no such file",
        "include_dir empty | it is no directory",
        "include hba | hba includes itself; remove it",
        "`` | has no entries, so nobody could log in"
      })
  void a_mistake_is_named_together_with_what_would_be_right(String line, String message)
      throws IOException {
    write("empty", "# nobody\n");
    write("self", "@self\n");

    List<HbaFinding> problems = load(line + "\n").problems();

    assertThat(problems)
        .singleElement()
        .extracting(HbaFinding::message)
        .asString()
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m | has 1 column; write three",
        "m root | has 2 columns; write three",
        "m root app extra | has 4 columns; write three",
        "m root,toor app | root,toor is a list; write one line for each name",
        "m root +dba | +dba is not supported",
        "m /^( app | a parenthesis is not closed",
        "m root /^( | a parenthesis is not closed",
        "m root \\1 | \\1 refers to a group that is not there",
        "m /^root$ \\1 | \\1 refers to a group that is not there"
      })
  void mistakes_in_the_ident_file_are_named_as_well(String line, String message)
      throws IOException {
    write("ident", line + "\n");

    assertThat(load("local all all peer map=m\n", "ident").problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.file()).isEqualTo(directory.resolve("ident"));
          assertThat(problem.message()).contains(message);
        });
  }

  @Test
  void options_reach_the_rule() throws IOException {
    write("ident", "m root app\n");
    LoadedHba loaded =
        load(
            """
            hostssl all all all cert map=m clientcert=verify-full clientname=CN
            hostssl all all all md5 clientcert=verify-ca
            hostssl all all all md5 clientcert=verify-full
            local   all all     peer "map=m"
            local   all all     peer map=
            """,
            "ident");

    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.rules().rules().stream().map(HbaRule::options).toList())
        .containsExactly(
            new HbaOptions(Optional.of("m"), ClientCertificate.VERIFY_FULL),
            new HbaOptions(Optional.empty(), ClientCertificate.VERIFY_CA),
            new HbaOptions(Optional.empty(), ClientCertificate.VERIFY_FULL),
            new HbaOptions(Optional.of("m"), ClientCertificate.NOT_NEEDED),
            HbaOptions.NONE);
  }

  @Test
  void lines_that_do_less_than_they_seem_to_are_warned_of() throws IOException {
    LoadedHba loaded = load("hostgssenc all all all md5\nhost all all 10.0.0.1/24 md5\n");

    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.warnings().stream().map(HbaFinding::sentence).toList())
        .satisfiesExactly(
            first -> assertThat(first).contains("never matches, because there is no GSSAPI"),
            second -> assertThat(second).contains("has bits outside of its mask"));
  }

  @Test
  void windows_line_ends_and_a_missing_last_line_end_do_no_harm() throws IOException {
    LoadedHba loaded = load("local all all \\\r\n  md5\r\nhost all all all trust \\");

    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.rules().rules().stream().map(HbaRule::line).toList()).containsExactly(1, 3);
  }

  @Test
  void includes_that_are_nested_too_deep_are_refused() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("f" + i, "include f" + (i + 1) + "\n");
    }

    assertThat(load("include f0\n").problems())
        .singleElement()
        .extracting(HbaFinding::message)
        .asString()
        .contains("is nested too deep; at most 10");
  }

  @Test
  void files_that_are_no_text_are_refused() throws IOException {
    Files.write(directory.resolve("latin1"), new byte[] {'l', (byte) 0xE9, '\n'});

    assertThat(load("local a\0 all md5\n").problems().getFirst().message()).contains("NUL byte");
    assertThat(load("include latin1\n").problems().getFirst().message()).contains("not UTF-8");
    assertThat(LoadedHba.load(directory, Optional.empty(), _ -> {}).problems()).hasSize(1);
  }

  private String shown(HbaFinding finding) {
    return directory.relativize(finding.file()) + ":" + finding.line() + " " + finding.sentence();
  }

  private LoadedHba load(String text) throws IOException {
    return LoadedHba.load(write("hba", text), Optional.empty(), _ -> {});
  }

  private LoadedHba load(String text, String identFile) throws IOException {
    return LoadedHba.load(write("hba", text), Optional.of(directory.resolve(identFile)), _ -> {});
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}

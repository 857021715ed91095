package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.hba.HbaRules;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthReaderTest {

  @TempDir Path directory;

  ConfigFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void rules_and_maps_come_with_the_configuration() throws ConfigException {
    fixture.write("hba", "local all all peer map=m\nhost all all all scram-sha-256\n");
    fixture.write("ident", "m root postgres\n");

    AuthConfig auth = fixture.main(hba("ident")).auth();

    assertThat(auth.type()).isEqualTo(AuthType.HBA);
    assertThat(auth.hba().rules().rules()).hasSize(2);
    assertThat(auth.hba().maps().allows(Optional.of("m"), "root", "postgres")).isTrue();
  }

  @Test
  void their_mistakes_are_reported_with_all_others() {
    fixture.write("hba", "host all all all pam\n");
    fixture.write("ident", "m root\n");

    assertThat(fixture.problems("[pgbouncer]\nlisten_port = x\n" + hba("ident")))
        .extracting(ConfigProblem::toString)
        .map(problem -> problem.replace(directory + "/", ""))
        .containsExactly(
            "hba:1: host all all all pam: method pam is not supported: PAM is not planned;"
                + " use scram-sha-256",
            "ident:1: m root: has 2 columns; write three: map name, system user, database user",
            "pgbouncer.ini:2: listen_port = x: is not a whole number");
  }

  @Test
  void their_warnings_are_passed_on() throws ConfigException {
    fixture.write("hba", "host all all 10.0.0.1/8 md5\n");

    assertThat(fixture.load("[pgbouncer]\n" + hba("")).warnings())
        .anyMatch(warning -> warning.contains("hba:1: host all all 10.0.0.1/8 md5: the address"));
  }

  @Test
  void hba_needs_its_file() {
    assertThat(fixture.problemOfMain("auth_type = hba")).contains("needs auth_hba_file; name");
    assertThat(fixture.problemOfMain("auth_type = hba\nauth_hba_file = /no/such"))
        .isEqualTo("/no/such: cannot be read: no such file");
  }

  @Test
  void with_other_types_the_files_are_not_read_and_that_is_said() throws ConfigException {
    LoadedConfig loaded = fixture.load("[pgbouncer]\nauth_hba_file = /no/such\n");

    assertThat(loaded.config().auth().hba().rules()).isEqualTo(HbaRules.NONE);
    assertThat(loaded.warnings())
        .anyMatch(
            warning -> warning.contains("auth_hba_file is not read, because auth_type is md5"));
  }

  @Test
  void certificates_and_operating_system_users_are_types_too() throws ConfigException {
    assertThat(fixture.problemOfMain("auth_type = cert"))
        .contains("needs client_tls_sslmode = verify-full");
    assertThat(fixture.main("auth_type = peer").auth().type()).isEqualTo(AuthType.PEER);
  }

  @Test
  void peer_warns_of_tcp_where_it_lets_nobody_in() throws ConfigException {
    assertThat(fixture.load("[pgbouncer]\nauth_type = peer\nlisten_addr = ::1\n").warnings())
        .anyMatch(warning -> warning.contains("nobody can log in over TCP"));
    assertThat(fixture.load("[pgbouncer]\nauth_type = peer\n").warnings())
        .noneMatch(warning -> warning.contains("TCP"));
  }

  private String hba(String identFile) {
    return "auth_type = hba\nauth_hba_file = "
        + fixture.file("hba")
        + "\nauth_ident_file = "
        + (identFile.isEmpty() ? "" : fixture.file(identFile))
        + "\n";
  }
}

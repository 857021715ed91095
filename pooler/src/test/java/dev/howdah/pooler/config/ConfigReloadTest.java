package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.pooler.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read again at a reload, what keeps its value, and what SET touches. */
class ConfigReloadTest {
  @TempDir Path folder;
  private Path ini;

  @BeforeEach
  void write_a_file() throws Exception {
    Files.writeString(folder.resolve("users"), "\"anna\" \"one\"\n");
    Files.writeString(folder.resolve("secret"), "first\n");
    Files.writeString(folder.resolve("hba"), "host all all all md5\n");
    Files.writeString(folder.resolve("more.ini"), "default_pool_size = 5\n");
    ini = folder.resolve("pgbouncer.ini");
    write("listen_port = 7000");
  }

  private void write(String... lines) throws Exception {
    Files.writeString(
        ini,
        """
        [databases]
        erp = host=h password=${file:FOLDER/secret}
        [pgbouncer]
        auth_type = hba
        auth_file = FOLDER/users
        auth_hba_file = FOLDER/hba
        %include FOLDER/more.ini
        """
                .replace("FOLDER", folder.toString())
            + String.join("\n", lines)
            + "\n");
  }

  private LoadedConfig load() throws ConfigException {
    return ConfigLoader.load(ini, _ -> null);
  }

  private static List<String> refusal(LoadedConfig present) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.reload(present));
    assertThat(refused).as("was accepted").isNotNull();
    return refused.problems().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void every_file_is_read_again() throws Exception {
    LoadedConfig before = load();
    Files.writeString(folder.resolve("users"), "\"anna\" \"two\"\n");
    Files.writeString(folder.resolve("secret"), "second\n");
    Files.writeString(folder.resolve("hba"), "host all all all md5\nhost all bob all trust\n");
    Files.writeString(folder.resolve("more.ini"), "default_pool_size = 6\n");

    LoadedConfig after = ConfigLoader.reload(before);

    assertThat(after.users().secret("anna")).hasValue("two");
    assertThat(after.config().database("erp").orElseThrow().password()).hasValue("second");
    assertThat(after.config().auth().hba().rules().rules()).hasSize(2);
    assertThat(after.config().pools().size()).isEqualTo(6);
    assertThat(after.warnings()).noneMatch(text -> text.contains("restart"));
  }

  @Test
  void what_was_read_is_known_for_the_watch() throws Exception {
    assertThat(load().files().keySet())
        .containsExactlyInAnyOrder(
            ini,
            folder.resolve("more.ini"),
            folder.resolve("users"),
            folder.resolve("secret"),
            folder.resolve("hba"));
  }

  @Test
  void a_link_turned_elsewhere_is_another_file() throws Exception {
    Path first = Files.createDirectory(folder.resolve("first"));
    Path second = Files.createDirectory(folder.resolve("second"));
    Path file = Files.writeString(first.resolve("secret"), "same size");
    Files.writeString(second.resolve("secret"), "same SIZE");
    Files.setLastModifiedTime(second.resolve("secret"), Files.getLastModifiedTime(file));
    Path link = Files.createSymbolicLink(folder.resolve("data"), first);
    FileStamp before = FileStamp.of(link.resolve("secret"));

    Files.delete(link);
    Files.createSymbolicLink(link, second);

    assertThat(FileStamp.of(link.resolve("secret"))).isNotEqualTo(before);
    assertThat(FileStamp.of(first.resolve("secret"))).isEqualTo(before);
  }

  @Test
  void what_needs_a_restart_keeps_its_value_and_a_warning_names_it() throws Exception {
    LoadedConfig before = load();
    write("listen_port = 7001", "so_reuseport = 0", "event_loops = 3", "[http]");

    LoadedConfig after = ConfigLoader.reload(before);

    assertThat(after.config().listen().port()).isEqualTo(7000);
    assertThat(after.config().process().eventLoops()).isZero();
    assertThat(after.config().http()).isEmpty();
    assertThat(after.warnings())
        .contains(
            ini + ": listen_port needs restart, until then it stays 7000",
            ini + ": event_loops needs restart, until then it stays 0",
            ini + ": listen in [http] needs restart, until then it stays closed")
        .noneMatch(text -> text.contains("so_reuseport"));
  }

  @Test
  void all_that_is_wrong_is_reported_at_once() throws Exception {
    LoadedConfig before = load();
    write("listen_port = 70000", "default_poolsize = 3");
    Files.writeString(folder.resolve("users"), "anna\n");
    Files.writeString(folder.resolve("hba"), "host all all all pam\n");
    Files.delete(folder.resolve("secret"));

    assertThat(refusal(before))
        .satisfiesExactlyInAnyOrder(
            text -> assertThat(text).contains("hba:1: ").contains("use scram-sha-256"),
            text -> assertThat(text).contains("users:1: the user name is not quoted; write"),
            text -> assertThat(text).contains("ini:2: erp: password = ***: needs file"),
            text -> assertThat(text).contains("ini:8: listen_port = 70000: is too large"),
            text -> assertThat(text).contains("ini:9: default_poolsize").contains("did you mean"));
  }

  @Test
  void a_user_list_that_is_gone_is_a_problem_at_a_reload_only() throws Exception {
    LoadedConfig before = load();
    Files.delete(folder.resolve("users"));

    assertThat(refusal(before))
        .singleElement()
        .asString()
        .contains("users: cannot be read: no such");
    assertThat(load().warnings()).anyMatch(text -> text.contains("it lists nobody"));
  }

  @Test
  void an_expired_certificate_is_refused_with_its_date() throws Exception {
    var certificates = new TestCertificates(folder);
    certificates.issue("pooler", Instant.now().minus(1, ChronoUnit.DAYS));
    write(
        "client_tls_sslmode = require",
        "client_tls_key_file = " + folder.resolve("pooler.key"),
        "client_tls_cert_file = " + folder.resolve("pooler.crt"));

    ConfigException refused = catchThrowableOfType(ConfigException.class, this::load);

    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("ini:10: client_tls_cert_file = ")
        .contains("holds a certificate that expired on ")
        .contains("CN=pooler; put a renewed one there");
  }

  // ---- SET ----

  @Test
  void set_changes_one_key_and_reads_no_other_file() throws Exception {
    LoadedConfig before = load();
    Files.writeString(ini, "rubbish");
    Files.writeString(folder.resolve("hba"), "rubbish");

    LoadedConfig after = ConfigLoader.set(before, "query_timeout", "1min");

    assertThat(after.config().timeouts().query()).isEqualTo(Duration.ofMinutes(1));
    assertThat(after.config().pools()).isEqualTo(before.config().pools());
    assertThat(after.config().databases()).isEqualTo(before.config().databases());
    assertThat(after.config().auth()).isEqualTo(before.config().auth());
    assertThat(after.files()).isEqualTo(before.files());
  }

  @Test
  void what_was_set_goes_back_to_the_file_at_a_reload() throws Exception {
    LoadedConfig set = ConfigLoader.set(load(), "default_pool_size", "50");
    assertThat(set.config().pools().size()).isEqualTo(50);

    assertThat(ConfigLoader.reload(set).config().pools().size()).isEqualTo(5);
  }

  @Test
  void set_looks_nothing_up() throws Exception {
    LoadedConfig set =
        ConfigLoader.set(load(), "server_check_query", "SELECT '${file:/etc/passwd}'");

    assertThat(set.config().servers().checkQuery()).isEqualTo("SELECT '${file:/etc/passwd}'");
  }
}

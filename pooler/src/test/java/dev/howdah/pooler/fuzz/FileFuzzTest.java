package dev.howdah.pooler.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.UserList;
import dev.howdah.pooler.hba.ConnectionFacts;
import dev.howdah.pooler.hba.LoadedHba;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The files an operator writes: whatever is in them, they are read or refused. */
class FileFuzzTest {
  private static final List<String> RULE_PIECES =
      List.of(
          "local",
          "host",
          "hostssl",
          "hostnossl",
          "hostgssenc",
          "all",
          "sameuser",
          "replication",
          "+dba",
          "samerole",
          "erp",
          "/^a(b|c)*$",
          "/[",
          "/(?=x)",
          "/a{1,1000}",
          "/^(.*)@x$",
          "\\1",
          "127.0.0.1/32",
          "::1/128",
          "0.0.0.0",
          "255.255.0.0",
          "10.0.0.0/33",
          "localhost",
          ".x.com",
          "samehost",
          "samenet",
          "trust",
          "reject",
          "md5",
          "password",
          "scram-sha-256",
          "peer",
          "cert",
          "ldap",
          "map=m",
          "map=",
          "clientcert=verify-ca",
          "clientname=DN",
          "m",
          "root",
          "@none",
          "@",
          "include",
          "include_if_exists",
          "include_dir",
          ",",
          ",,",
          "\"",
          "\"\"",
          "#",
          "\\\n",
          "\\",
          " ",
          " ",
          " ",
          "\t",
          "\n",
          "\n",
          "\n",
          "\r\n",
          "\0",
          "\u00e9",
          "=",
          "/");
  private static final List<String> INI_PIECES =
      List.of(
          "[pgbouncer]",
          "[databases]",
          "[users]",
          "[peers]",
          "[http]",
          "[",
          "]",
          "\n",
          "\n",
          "\n",
          "=",
          "=",
          " ",
          "'",
          "''",
          "\"",
          "${",
          "}",
          "${file:",
          "%include ",
          ";",
          "#",
          "\0",
          "\t",
          "\r",
          "erp = host=",
          "* =",
          "auth_type = ",
          "hba",
          "pool_mode = ",
          "listen = ",
          "1 = host=x",
          "-1",
          "99999999999999999999",
          "1e9",
          "kB",
          "min",
          "*",
          "@",
          "/",
          ",",
          "client_tls_protocols = ",
          "server_tls_ciphers = ",
          "auth_hba_file = ",
          "pool_size=",
          "SCRAM-SHA-256$4096:",
          "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
          "md5",
          "\"anna\" \"",
          "\u00e9");

  @SuppressWarnings("NullAway.Init") // before the first property
  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("howdah-fuzz-");
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("file"));
    Files.deleteIfExists(folder.resolve("ident"));
    Files.delete(folder);
  }

  @Provide
  Arbitrary<String> rules() {
    return texts(RULE_PIECES);
  }

  @Provide
  Arbitrary<String> settings() {
    return texts(INI_PIECES);
  }

  private static Arbitrary<String> texts(List<String> pieces) {
    return Arbitraries.oneOf(
            Arbitraries.of(pieces), Arbitraries.of(pieces), Arbitraries.strings().ofMaxLength(5))
        .list()
        .ofMaxSize(60)
        .map(list -> String.join("", list));
  }

  @Property
  void access_rules_and_maps_are_read_or_refused_line_by_line(
      @ForAll("rules") String rules, @ForAll("rules") String maps) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), rules, StandardCharsets.UTF_8);
    Path ident = Files.writeString(folder.resolve("ident"), maps, StandardCharsets.UTF_8);

    LoadedHba loaded = LoadedHba.load(file, Optional.of(ident), _ -> {});

    loaded
        .problems()
        .forEach(problem -> {
          assertThat(problem.message()).isNotBlank();
          assertThat(problem.line()).isNotNegative();
        });
    var facts = ConnectionFacts.tcp(InetAddress.getLoopbackAddress(), true, "erp", "abc");
    assertThat(loaded.rules().match(facts)).isNotNull();
    loaded.maps().allows(Optional.of("m"), "root@x", "erp");
  }

  @Property
  void settings_and_users_are_read_or_refused(@ForAll("settings") String text) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), text, StandardCharsets.UTF_8);
    try {
      assertThat(ConfigLoader.load(file, name -> name).config()).isNotNull();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
    try {
      assertThat(UserList.load(file).users()).isNotNull();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
  }

  @Property
  void noise_is_refused(@ForAll byte[] noise) throws IOException {
    Path file = Files.write(folder.resolve("file"), noise);
    assertThat(LoadedHba.load(file, Optional.of(file), _ -> {})).isNotNull();
    try {
      assertThat(ConfigLoader.load(file, _ -> null).config()).isNotNull();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
    try {
      assertThat(UserList.load(file)).isNotNull();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
  }
}

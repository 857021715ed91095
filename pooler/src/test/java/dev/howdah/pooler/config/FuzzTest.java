package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuzzTest {

  private static final String[] PIECES = {
    "[pgbouncer]",
    "[databases]",
    "[users]",
    "[pooler]",
    "[",
    "]",
    "\n",
    "\n",
    "\n",
    "=",
    "=",
    " ",
    "'",
    "\"",
    "\"\"",
    "''",
    "${",
    "}",
    "${file:",
    "$$",
    "%include ",
    ";",
    "#",
    "\0",
    "\t",
    "\r",
    "\u00e9",
    "host",
    "port",
    "password",
    "listen_port",
    "pool_mode",
    "auth_type",
    "@",
    "/",
    ",",
    "-1",
    "0x",
    "99999999999999999999",
    "1e9",
    ".5",
    ".",
    "kB",
    "min",
    "*",
    "SCRAM-SHA-256$",
    "query_timeout = ",
    "pkt_buf = ",
    "unix_socket_dir = ",
    "listen_addr = ",
    "erp = host=",
    "tcp_keepidle = ",
    "log_stats = ",
    "max_packet_size = ",
    "unix_socket_mode = "
  };

  @TempDir Path directory;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void random_text_is_loaded_or_refused_but_never_breaks_the_loader(long seed) throws Exception {
    var random = new Random(seed);
    Path file = directory.resolve("fuzz.ini");
    for (int round = 0; round < 500; round++) {
      Files.write(file, randomText(random).getBytes(StandardCharsets.UTF_8));

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
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {5, 6})
  void random_bytes_are_refused_not_thrown_at_the_caller(long seed) throws Exception {
    var random = new Random(seed);
    Path file = directory.resolve("fuzz.ini");
    for (int round = 0; round < 100; round++) {
      byte[] bytes = new byte[random.nextInt(200) + 1];
      random.nextBytes(bytes);
      Files.write(file, bytes);

      try {
        assertThat(ConfigLoader.load(file, _ -> null).config()).isNotNull();
      } catch (ConfigException refused) {
        assertThat(refused.problems()).isNotEmpty();
      }
    }
  }

  private static String randomText(Random random) {
    var text = new StringBuilder(random.nextBoolean() ? "[pgbouncer]\n" : "");
    for (int count = random.nextInt(40); count > 0; count--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }
}

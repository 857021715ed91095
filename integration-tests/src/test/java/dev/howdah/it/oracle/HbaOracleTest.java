package dev.howdah.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.Knock;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.pooler.hba.HbaFinding;
import dev.howdah.pooler.hba.LoadedHba;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same access rules in PostgreSQL 18 and in the pooler, the same knocks at both doors: both ask
 * for the same proof, or refuse in the same words.
 */
@ExtendWith(PostgresServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HbaOracleTest {
  private static final int ATTEMPTS_MIN = 120;

  private final PostgresServer behind;
  private Certificates certificates;
  private RuledServer oracle;
  private SSLContext tls;
  private int attempts;

  @SuppressWarnings("NullAway.Init") // the other fields: before the first test
  HbaOracleTest(PostgresServer behind) {
    this.behind = behind; // whatever the pooler lets in gets there
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    certificates = new Certificates(folder);
    tls = certificates.context(null);
    oracle = RuledServer.start(certificates);
  }

  @AfterAll
  void stop() throws Exception {
    oracle.close();
    assertThat(attempts).isGreaterThan(ATTEMPTS_MIN);
  }

  static List<Decisions.Case> cases() throws IOException {
    return Decisions.cases().stream().filter(each -> !each.rows("attempts").isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void both_ask_for_the_same_proof_or_refuse_in_the_same_words(
      Decisions.Case each, @TempDir Path folder) throws Exception {
    var softly = new SoftAssertions();
    oracle.rule(each.files());
    for (var file : each.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    int port = freePort();
    try (TestPooler pooler = pooler(folder, port, users(each))) {
      SocketAddress socket =
          UnixDomainSocketAddress.of(
              Path.of(pooler.socketTarget(behind.database("x")).endpoint().host())
                  .resolve(".s.PGSQL." + port));
      for (List<String> attempt : each.rows("attempts")) {
        Optional<Knock> knock = knock(attempt);
        if (knock.isPresent()) {
          String address = attempt.get(1).contains(":") ? "::1" : "127.0.0.1";
          boolean local = attempt.getFirst().startsWith("local");
          String expected = knock.get().at(local ? oracle.socket() : oracle.tcp(address)).answer();
          SocketAddress ours = local ? socket : new InetSocketAddress(address, port);

          softly
              .assertThat(verdict(expected, attempt.getLast()))
              .as("the table, by PostgreSQL: " + attempt + " " + expected)
              .isEqualTo(attempt.getLast().replaceAll(" line .*", ""));
          softly.assertThat(knock.get().at(ours).answer()).as("" + attempt).isEqualTo(expected);
          attempts++;
        }
      }
    }
    softly.assertAll();
  }

  private TestPooler pooler(Path rules, int port, Map<String, String> users) {
    Target to = behind.database("postgres");
    String maps =
        Files.exists(rules.resolve("pg_ident.conf"))
            ? "auth_ident_file = " + rules.resolve("pg_ident.conf")
            : "";
    return TestPooler.start(
        """
        [databases]
        * = host=%s port=%d dbname=postgres user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1,::1
        listen_port = %d
        unix_socket_dir = SOCKETS
        auth_type = hba
        auth_hba_file = %s
        %s
        client_tls_sslmode = allow
        client_tls_key_file = %s
        client_tls_cert_file = %s
        client_tls_ca_file = %s
        """
            .formatted(
                to.endpoint().host(),
                to.endpoint().port(),
                port,
                rules.resolve("pg_hba.conf"),
                maps,
                certificates.file("localhost.key"),
                certificates.file("localhost.crt"),
                certificates.file("ca.crt")),
        users);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Map<String, String> users(Decisions.Case each) {
    Map<String, String> users = new LinkedHashMap<>();
    for (List<String> attempt : each.rows("attempts")) {
      users.put(attempt.get(3).replace("\"", "\"\""), "secret");
    }
    return users;
  }

  /** Nothing, if it would have to come from an address that this machine does not have. */
  private Optional<Knock> knock(List<String> attempt) throws IOException {
    String transport = attempt.getFirst();
    Knock knock = Knock.as(attempt.get(3), attempt.get(2));
    if (transport.endsWith(" replication")) {
      knock = knock.with("replication", "true");
    }
    if (transport.startsWith("tls")) {
      knock = knock.by(tls);
    }
    if (transport.startsWith("local")) {
      return Optional.of(knock);
    }
    InetAddress from = InetAddress.ofLiteral(attempt.get(1));
    boolean isOurs = from.isLoopbackAddress();
    return isOurs ? Optional.of(knock.from(from)) : Optional.empty();
  }

  /** An answer in the words of the table; where it says peer, the system may well know the user. */
  private static String verdict(String answer, String inTable) {
    if (inTable.startsWith("peer ") && answer.equals("trust")) {
      return "peer";
    }
    if (answer.contains(" pg_hba.conf rejects ")) {
      return "reject";
    }
    if (answer.contains(" no pg_hba.conf entry for ")) {
      return "none";
    }
    return answer.contains(" Peer authentication failed ") ? "peer" : answer;
  }

  @Test
  void user_name_maps_allow_what_postgresql_allows() throws Exception {
    var softly = new SoftAssertions();
    for (Decisions.Case each : Decisions.cases()) {
      Map<String, String> files = new LinkedHashMap<>(each.files());
      StringBuilder rules = new StringBuilder();
      for (List<String> row : each.rows("maps")) {
        String map = row.getFirst();
        rules.append("hostssl \"%s\" all all cert ".formatted(map));
        rules.append(map.equals("-") ? "\n" : "map=" + map + "\n");
      }
      files.put("pg_hba.conf", rules.toString());
      if (!rules.isEmpty()) {
        oracle.rule(files);
      }
      for (List<String> row : each.rows("maps")) {
        String answer =
            Knock.as(row.get(2), row.getFirst())
                .by(certificates.context(certificates.ofUser(row.get(1))))
                .at(oracle.tcp("127.0.0.1"))
                .answer();
        softly
            .assertThat(answer.equals("trust") ? "allowed" : "denied")
            .as(row + " " + answer)
            .isEqualTo(row.getLast());
      }
    }
    softly.assertAll();
  }

  @Test
  void lines_that_postgresql_does_not_understand_are_refused_by_number(@TempDir Path folder)
      throws Exception {
    List<String> broken = Mistakes.lines("broken");
    String rules = "local all all trust\n" + String.join("\n", broken) + "\n";
    Path file = Files.writeString(folder.resolve("pg_hba.conf"), rules);
    var softly = new SoftAssertions();

    Map<Integer, String> theirs = new LinkedHashMap<>();
    for (RuledServer.Mistake mistake : oracle.mistakesIn(Map.of("pg_hba.conf", rules))) {
      theirs.put(mistake.line(), mistake.error());
    }
    Map<Integer, String> ours = new LinkedHashMap<>();
    for (HbaFinding finding : LoadedHba.load(file, Optional.empty(), _ -> {}).problems()) {
      ours.put(finding.line(), finding.message());
    }

    for (int line = 1; line <= broken.size() + 1; line++) {
      String text = line == 1 ? "the good line" : broken.get(line - 2);
      softly.assertThat(theirs.containsKey(line)).as("PostgreSQL: " + text).isEqualTo(line > 1);
      softly.assertThat(ours.containsKey(line)).as("Howdah: " + text).isEqualTo(line > 1);
    }
    softly.assertAll();
  }

  @Test
  void what_postgresql_can_and_the_pooler_cannot_is_refused_with_the_reason(@TempDir Path folder)
      throws Exception {
    List<String> unsupported = Mistakes.lines("unsupported");
    List<String> rules = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (String line : unsupported) {
      String[] columns = line.split("\\|", 2);
      rules.add(columns[0].strip());
      reasons.add(columns[1].strip());
    }
    String text = String.join("\n", rules) + "\n";
    Path file = Files.writeString(folder.resolve("pg_hba.conf"), text);

    assertThat(oracle.mistakesIn(Map.of("pg_hba.conf", text))).isEmpty();
    List<HbaFinding> problems = LoadedHba.load(file, Optional.empty(), _ -> {}).problems();
    assertThat(problems.stream().map(HbaFinding::line).toList())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, rules.size()).boxed().toList());
    for (int i = 0; i < reasons.size(); i++) {
      assertThat(problems.get(i).message()).contains(reasons.get(i));
    }
  }
}

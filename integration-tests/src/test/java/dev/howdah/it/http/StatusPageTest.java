package dev.howdah.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a real browser; pictures of it are in target/screenshots. */
@ExtendWith(PostgresServer.Shared.class)
class StatusPageTest {
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final String STATE = "document.getElementById('state').textContent";
  private static final String POOLS = "document.getElementById('pools').textContent";

  private final Target direct;
  private final TestPooler pooler;
  private @TempDir Path profile;

  StatusPageTest(PostgresServer server) throws SQLException {
    direct = server.createDatabase("statuspage");
    pooler =
        TestPooler.before(
            direct,
            "transaction",
            "admin_users = postgres",
            "[nodes]",
            "pg1 = host=%s port=%d".formatted(direct.endpoint().host(), direct.endpoint().port()),
            "[routing]",
            "monitor_user = postgres",
            "[http]",
            "listen = 127.0.0.1:0");
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  @Test
  void the_page_is_live_readable_on_a_phone_and_never_complains() throws Exception {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no Chromium on this machine");
    try (Connection client = pooler.target(direct).connect();
        Statement statement = client.createStatement();
        Browser browser = new Browser(program.orElseThrow(), profile)) {
      statement.execute("CREATE TEMPORARY TABLE pinned (id int)");
      browser.resize(1280, 900, false, false);
      browser.open("http://127.0.0.1:" + pooler.pooler().httpPort().orElseThrow() + "/");

      browser.await(STATE, "active");
      browser.await("document.getElementById('topology').textContent.includes('primary')", "true");
      browser.await("document.getElementById('pins').textContent.includes('temp_object')", "true");
      assertThat(browser.evaluate(POOLS)).contains(direct.database(), "transaction");
      browser.await("document.getElementById('tps').textContent != '-'", "true");
      browser.screenshot(PICTURES.resolve("status-light.png"));

      pooler.pooler().signals().pause(); // the next event shows it, without a new load
      browser.await(STATE, "paused");
      browser.resize(390, 800, true, true);
      browser.screenshot(PICTURES.resolve("status-phone-dark.png"));
      assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo("true");
      pooler.pooler().signals().resume();
      assertThat(browser.complaints()).isEmpty();
    }
  }
}

package dev.howdah.pooler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.server.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked about a session, and what is made of the answer. */
class AuditTest {
  private final Traces traces = new Traces();

  @Test
  void it_asks_for_nothing_that_was_not_named() {
    traces.addSetting("work_mem");
    traces.add(PinReason.ADVISORY_LOCK);

    String sql = new Audit(traces, Settings.NONE, new Subscriptions(), false).sql();

    assertThat(sql).contains("'work_mem'", "pg_locks").doesNotContain("pg_settings", "pg_cursors");
  }

  @Test
  void a_name_cannot_leave_its_quotes() {
    traces.addSetting("my.it's");

    assertThat(new Audit(traces, Settings.NONE, new Subscriptions(), false).sql())
        .contains("'my.it''s'");
  }

  @Test
  void values_come_as_hexadecimal_and_reasons_as_booleans() {
    traces.addSetting("search_path");
    traces.add(PinReason.ADVISORY_LOCK);
    traces.add(PinReason.HELD_CURSOR);
    var audit = new Audit(traces, Settings.NONE, new Subscriptions(), false);
    List<List<@Nullable String>> rows = List.of(Arrays.asList(hex("a, b"), "f", "t", "1"));

    assertThat(audit.settings(Settings.NONE, rows))
        .isEqualTo(Settings.NONE.with("search_path", "a, b"));
    assertThat(audit.reasons(rows)).containsExactly(PinReason.HELD_CURSOR);
  }

  @Test
  void a_setting_whose_change_was_undone_is_no_setting() {
    traces.addSetting("shared_buffers");
    traces.addSetting("work_mem");
    Settings before = Settings.NONE.with("work_mem", "1MB");
    var audit = new Audit(traces, before, new Subscriptions(), true);

    Settings now =
        audit.settings(
            before, List.of(Arrays.asList(hex("128MB"), hex("1MB"), "configuration file", "1")));

    assertThat(now).isEqualTo(before);
  }

  @Test
  void a_setting_that_is_gone_and_no_role_are_no_settings() {
    traces.addSetting("my.gone");
    traces.addSetting("role");
    Settings before = Settings.NONE.with("my.gone", "x").with("role", "clerk");
    var audit = new Audit(traces, before, new Subscriptions(), false);

    Settings now = audit.settings(before, List.of(Arrays.asList(null, hex("none"), "1")));

    assertThat(now).isEqualTo(Settings.NONE);
  }

  @Test
  void when_anything_may_have_changed_what_the_server_does_not_name_is_gone() {
    traces.addEverything();
    Settings before = Settings.NONE.with("work_mem", "1MB").with("my.x", "kept");
    var audit = new Audit(traces, before, new Subscriptions(), false);
    @Nullable String[] first = new @Nullable String[2 + traces.questions().size() + 1];
    Arrays.fill(first, "f");
    first[0] = hex("kept"); // my.x
    first[1] = hex("none"); // role
    List<List<@Nullable String>> rows =
        List.of(Arrays.asList(first), Arrays.asList("TimeZone", hex("UTC")));

    assertThat(audit.sql()).contains("pg_settings", "'my.x'", "'role'");
    assertThat(audit.settings(before, rows))
        .isEqualTo(Settings.NONE.with("timezone", "UTC").with("my.x", "kept"));
    assertThat(audit.reasons(rows)).isEmpty();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}

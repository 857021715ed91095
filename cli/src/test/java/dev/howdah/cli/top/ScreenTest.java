package dev.howdah.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.desk.Row;
import dev.howdah.cli.top.View.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two pools a second apart: erp is full and has a queue, web is idle. */
class ScreenTest {
  private static final long SECOND = 1_000_000_000L;

  private final Sample before = sample(0, 1000, 50_000, 100);
  private final Sample now = sample(SECOND, 1250, 750_000, 200);
  private final View view = new View();
  private final Screen screen = new Screen("admin API http://127.0.0.1:8432", false);

  @Test
  void the_list_shows_pools_by_waiting_clients() {
    assertThat(String.join("\n", lines(30)))
        .isEqualTo(
            """
            howdah top  admin API http://127.0.0.1:8432  active  12:34:56
            clients 43   servers 10 in use of 12   waiting 3 (longest 1.5 s)   250 tps   0.0 qps   mean wait 7.0 ms   pinned 1
            nodes   pg1 primary   pg2 replica lag 1.5 MB 120 ms   pg3 unknown

               DATABASE  USER  MODE         USED  SIZE  SERVERS  CLIENTS  WAITING  LONGEST  TPS  MEAN WAIT  HOLD
            >  erp       odoo  transaction    10    10       10       20        3    1.5 s  250     7.0 ms
               web       site  transaction     0     5        2       20        0        -  0.0          -  paused
            enter open   sorted by waiting (w t u n)   q quit   h help\
            """);
  }

  @Test
  void a_pool_that_is_open_shows_holders_pins_and_waiters() {
    lines(30);
    press("enter");

    assertThat(String.join("\n", lines(30)))
        .endsWith(
            """
            pool erp/odoo   transaction   10 of 10 in use, 0 idle, 0 opening   3 waiting   250 tps   mean wait 7.0 ms

            ROLE                   FOR  ID  CLIENT         APPLICATION  STATE    SERVER PID  STATEMENT
            holder          1 min 33 s   7  odoo@10.0.0.5  cron         running  4711        0xab
            pinned: listen       2.0 s   8  odoo@unix      bus          idle     4712
            waiter               1.5 s   9  odoo@10.0.0.6  web          waiting  -           0xcd
            escape back   space hold   q back   h help\
            """
                .replace("    2.0 s      8  odoo@unix    ", "         2.0 s   8  odoo@unix    "));
  }

  @Test
  void what_is_chosen_stays_chosen_when_the_order_changes() {
    lines(30);
    press("down");
    assertThat(view.key()).isEqualTo("web/site");

    press("n");
    lines(30);

    assertThat(view.key()).isEqualTo("web/site");
    assertThat(view.selected()).isEqualTo(1);
  }

  @Test
  void keys_do_what_the_help_says() {
    lines(30);
    press("h");
    assertThat(lines(30)).anyMatch(line -> line.contains("choose a pool"));
    assertThat(press("x")).isEqualTo(Outcome.REDRAW);
    assertThat(press("r")).isEqualTo(Outcome.REFRESH);
    press(" ");
    assertThat(lines(30).getFirst()).endsWith("held");
    press("enter");
    assertThat(press("q")).isEqualTo(Outcome.REDRAW);
    assertThat(press("q")).isEqualTo(Outcome.QUIT);
    for (View.Order order : List.of(View.Order.TPS, View.Order.USED, View.Order.NAME)) {
      press("s");
      assertThat(view.order()).isEqualTo(order);
    }
  }

  @Test
  void a_small_window_keeps_the_line_of_keys() {
    assertThat(lines(4)).hasSize(4).last().asString().startsWith("enter open");
  }

  @Test
  void lines_are_cut_to_the_window_but_never_inside_a_colour() {
    assertThat(RawTerminal.cut("plain text", 5)).isEqualTo("plain");
    assertThat(RawTerminal.cut("ab\u001b[1mcdef\u001b[0mgh", 4))
        .isEqualTo("ab\u001b[1mcd\u001b[0m");
  }

  private List<String> lines(int rows) {
    Screen.sorted(before, now, view);
    return screen.lines(before, now, view, "12:34:56", rows);
  }

  private Outcome press(String key) {
    return view.press(key, Screen.sorted(before, now, view));
  }

  private static Sample sample(long atNanos, long transactions, long waited, long checkouts) {
    return new Sample(
        atNanos,
        "active",
        List.of(
            row(
                "database=web user=site pool_mode=transaction hold=paused",
                "sv_idle=2 pool_size=5 cl_active=20"),
            row(
                "database=erp user=odoo pool_mode=transaction hold=none",
                "sv_active=10 pool_size=10 cl_active=20 cl_waiting=3 maxwait=1 maxwait_us=500000")),
        List.of(
            row(
                "database=erp",
                "total_xact_count=%d total_wait_time=%d total_server_assignment_count=%d"
                    .formatted(transactions, waited, checkouts)),
            row("database=web", "total_xact_count=5")),
        List.of(
            row(
                "database=erp pool_user=odoo role=waiter user=odoo addr=10.0.0.6"
                    + " application_name=web state=waiting statement=0xcd",
                "age_us=1500000 id=9"),
            row(
                "database=erp pool_user=odoo role=holder user=odoo addr=10.0.0.5"
                    + " application_name=cron state=running statement=0xab server_pid=4711",
                "age_us=93000000 id=7")),
        List.of(
            row(
                "database=erp pool_user=odoo user=odoo addr=unix application_name=bus state=idle"
                    + " reasons=listen server_pid=4712",
                "age_us=2000000 id=8")),
        List.of(
            row("node=pg1 role=primary"),
            row("node=pg2 role=replica"),
            row("node=pg3 role=unknown")),
        List.of(
            row("node=pg2 state=serves", "lag_bytes=1572864 lag_ms=120"),
            row("node=pg3 state=excluded")));
  }

  /** Texts, then numbers, as {@code name=value}. */
  private static Row row(String texts, String... numbers) {
    Map<String, Object> values = new HashMap<>();
    for (String pair : texts.split(" ", -1)) {
      values.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    for (String list : numbers) {
      for (String pair : list.split(" ", -1)) {
        values.put(
            pair.substring(0, pair.indexOf('=')),
            Long.valueOf(pair.substring(pair.indexOf('=') + 1)));
      }
    }
    return new Row(values);
  }
}

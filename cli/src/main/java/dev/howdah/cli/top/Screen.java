package dev.howdah.cli.top;

import dev.howdah.cli.desk.PoolFigures;
import dev.howdah.cli.desk.Row;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.Quantities;
import dev.howdah.cli.output.Tone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Draws what a {@link View} shows of two samples, line by line. Pure. */
final class Screen {
  private static final List<String> HELP =
      List.of(
          "  up, down, j, k   choose a pool",
          "  enter            open it: who waits, who holds, who is pinned",
          "  escape, q        back; q in the list ends",
          "  w t u n          sort by waiting clients, transactions, used connections, name",
          "  s                the next of these",
          "  space            hold the screen, go on",
          "  r                ask again now",
          "  h, ?             this; any key goes on");

  private final String who;
  private final boolean colours;

  Screen(String who, boolean colours) {
    this.who = who;
    this.colours = colours;
  }

  /**
   * The lines.
   *
   * @param before an earlier sample, for what is per second; may be {@code now} when there is none
   * @param clock what time it is
   * @param rows how many lines there is room for
   */
  List<String> lines(Sample before, Sample now, View view, String clock, int rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Tone.STRONG.paint("howdah top", colours)
            + "  "
            + who
            + "  "
            + (now.state().equals("active") ? Tone.GOOD : Tone.WARNING).paint(now.state(), colours)
            + "  "
            + clock
            + (view.isHeld() ? "  " + Tone.WARNING.paint("held", colours) : ""));
    lines.add(overall(before, now));
    nodes(now, lines);
    lines.add("");
    if (view.isHelp()) {
      lines.addAll(HELP);
    } else if (view.isOpen()) {
      onePool(before, now, view, lines);
    } else {
      pools(before, now, view, lines);
    }
    List<String> fitting = new ArrayList<>(lines.subList(0, Math.min(lines.size(), rows - 1)));
    fitting.add(
        Tone.FAINT.paint(
            view.isOpen()
                ? "escape back   space hold   q back   h help"
                : "enter open   sorted by " + view.order().word() + " (w t u n)   q quit   h help",
            colours));
    return fitting;
  }

  // ---- above ----

  private String overall(Sample before, Sample now) {
    long waiting = sum(now.pools(), "cl_waiting");
    long longest = now.pools().stream().mapToLong(PoolFigures::longestWaitMicros).max().orElse(0);
    String wait = waiting == 0 ? "" : " (longest " + micros(longest) + ")";
    return "clients %s   servers %s in use of %s   %s   %s tps   %s qps   mean wait %s   %s"
        .formatted(
            Quantities.count(sum(now.pools(), "cl_active") + waiting),
            Quantities.count(sum(now.pools(), "sv_active")),
            Quantities.count(now.pools().stream().mapToLong(PoolFigures::servers).sum()),
            (waiting > 0 ? Tone.WARNING : Tone.PLAIN).paint("waiting " + waiting + wait, colours),
            rate(before, now, "total_xact_count", ""),
            rate(before, now, "total_query_count", ""),
            meanWait(before, now, ""),
            (now.pins().isEmpty() ? Tone.PLAIN : Tone.WARNING)
                .paint("pinned " + now.pins().size(), colours));
  }

  private void nodes(Sample now, List<String> lines) {
    if (now.topology().isEmpty()) {
      return;
    }
    StringBuilder line = new StringBuilder("nodes");
    for (Row node : now.topology()) {
      String name = node.text("node");
      Row replica =
          now.replicas().stream()
              .filter(row -> row.text("node").equals(name))
              .findFirst()
              .orElse(node);
      boolean serves = replica.text("state").equals("serves");
      line.append("   ").append(name).append(' ');
      switch (node.text("role")) {
        case "primary" -> line.append(Tone.GOOD.paint("primary", colours));
        case "replica" ->
            line.append((serves ? Tone.GOOD : Tone.WARNING).paint("replica", colours))
                .append(" lag ")
                .append(Quantities.bytes(replica.number("lag_bytes")))
                .append(' ')
                .append(micros(replica.number("lag_ms") * 1000));
        default -> line.append(Tone.BAD.paint(node.text("role"), colours));
      }
    }
    lines.add(line.toString());
  }

  // ---- pools ----

  private void pools(Sample before, Sample now, View view, List<String> lines) {
    Listing listing =
        new Listing(
            Column.text("mark").headed(" "),
            Column.text("database"),
            Column.text("user"),
            Column.text("mode"),
            Column.count("used"),
            Column.count("size"),
            Column.count("servers"),
            Column.count("clients"),
            Column.count("waiting").toned(value -> tone(value)),
            Column.micros("longest"),
            Column.count("tps"),
            Column.micros("mean wait"),
            Column.text("hold"));
    for (Row pool : sorted(before, now, view)) {
      String database = pool.text("database");
      listing.add(
          View.key(pool).equals(view.key()) ? ">" : " ",
          database,
          pool.text("user"),
          pool.text("pool_mode"),
          pool.number("sv_active"),
          pool.number("pool_size"),
          PoolFigures.servers(pool),
          pool.number("cl_active"),
          pool.number("cl_waiting"),
          pool.number("cl_waiting") > 0 ? PoolFigures.longestWaitMicros(pool) : null,
          whole(Sample.rate(before, now, "total_xact_count", database)),
          meanWaitMicros(before, now, database),
          pool.text("hold").equals("none") ? "" : pool.text("hold"));
    }
    lines.addAll(listing.lines(colours));
  }

  /** The pools as they stand on the screen. */
  static List<Row> sorted(Sample before, Sample now, View view) {
    Comparator<Row> byTps =
        Comparator.comparingDouble(
                (Row pool) -> Sample.rate(before, now, "total_xact_count", pool.text("database")))
            .reversed();
    return view.sorted(now.pools(), byTps);
  }

  private static Tone tone(Object waiting) {
    return waiting instanceof Number number && number.longValue() > 0 ? Tone.WARNING : Tone.PLAIN;
  }

  // ---- one pool ----

  private void onePool(Sample before, Sample now, View view, List<String> lines) {
    Row pool =
        sorted(before, now, view).stream()
            .filter(row -> View.key(row).equals(view.key()))
            .findFirst()
            .orElse(null);
    if (pool == null) {
      lines.add("This pool is gone.");
      return;
    }
    String database = pool.text("database");
    lines.add(
        Tone.STRONG.paint("pool " + view.key(), colours)
            + "   %s   %d of %d in use, %d idle, %d opening   %d waiting   %s tps   mean wait %s"
                .formatted(
                    pool.text("pool_mode"),
                    pool.number("sv_active"),
                    pool.number("pool_size"),
                    pool.number("sv_idle") + pool.number("sv_used"),
                    pool.number("sv_login"),
                    pool.number("cl_waiting"),
                    rate(before, now, "total_xact_count", database),
                    meanWait(before, now, database)));
    lines.add("");
    Listing people =
        new Listing(
            Column.text("role"),
            Column.micros("for"),
            Column.count("id"),
            Column.text("client"),
            Column.text("application"),
            Column.text("state"),
            Column.text("server pid"),
            Column.text("statement"));
    add("holder", now.waits(), pool, people);
    add("pinned", now.pins(), pool, people);
    add("waiter", now.waits(), pool, people);
    lines.addAll(people.lines(colours));
  }

  private static void add(String role, List<Row> rows, Row pool, Listing people) {
    for (Row row : rows) {
      boolean here =
          row.text("database").equals(pool.text("database"))
              && row.text("pool_user").equals(pool.text("user"));
      boolean wanted = role.equals("pinned") || row.text("role").equals(role);
      if (here && wanted) {
        people.add(
            role.equals("pinned") ? "pinned: " + row.text("reasons") : role,
            row.number("age_us"),
            row.number("id"),
            row.text("user") + "@" + row.text("addr"),
            row.text("application_name"),
            row.text("state"),
            row.value("server_pid"),
            row.text("statement"));
      }
    }
  }

  // ---- numbers ----

  private static String rate(Sample before, Sample now, String column, String database) {
    double rate = Sample.rate(before, now, column, database);
    return rate < 0 ? "-" : String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%,.0f", rate);
  }

  private static @Nullable Number whole(double rate) {
    return rate < 0 ? null : rate < 10 ? (Number) rate : Math.round(rate);
  }

  private static @Nullable Long meanWaitMicros(Sample before, Sample now, String database) {
    double waited = Sample.rate(before, now, "total_wait_time", database);
    double checkouts = Sample.rate(before, now, "total_server_assignment_count", database);
    return checkouts <= 0 ? null : Math.round(waited / checkouts);
  }

  private static String meanWait(Sample before, Sample now, String database) {
    Long micros = meanWaitMicros(before, now, database);
    return micros == null ? "-" : micros(micros);
  }

  private static String micros(long micros) {
    return Quantities.time(Duration.ofNanos(micros * 1000));
  }

  private static long sum(List<Row> rows, String column) {
    return rows.stream().mapToLong(row -> row.number(column)).sum();
  }
}

package dev.howdah.cli.top;

import dev.howdah.cli.desk.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a person is looking at: the list of pools, sorted in a way, with one of them chosen, or one
 * pool. Changed by keys; one thread.
 */
final class View {

  /** What the list of pools is sorted by. */
  enum Order {
    WAITING,
    TPS,
    USED,
    NAME;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    Order next() {
      return switch (this) {
        case WAITING -> TPS;
        case TPS -> USED;
        case USED -> NAME;
        case NAME -> WAITING;
      };
    }
  }

  /** What a key did. */
  enum Outcome {
    REDRAW,
    REFRESH,
    QUIT,
    NOTHING
  }

  private Order order = Order.WAITING;
  private int selected;
  private boolean open;
  private boolean held;
  private boolean help;
  private String key = "";

  Order order() {
    return order;
  }

  int selected() {
    return selected;
  }

  /** Whether one pool is open rather than the list of them. */
  boolean isOpen() {
    return open;
  }

  /** Whether the screen stands still. */
  boolean isHeld() {
    return held;
  }

  boolean isHelp() {
    return help;
  }

  /** Which pool is open or chosen: {@code database/user}. */
  String key() {
    return key;
  }

  static String key(Row pool) {
    return pool.text("database") + "/" + pool.text("user");
  }

  /** The pools in the order asked for; the chosen one stays chosen wherever it goes. */
  List<Row> sorted(List<Row> pools, Comparator<Row> byTps) {
    Comparator<Row> byName = Comparator.comparing(View::key);
    Comparator<Row> wanted =
        switch (order) {
          case WAITING -> byNumber("cl_waiting").thenComparing(byNumber("sv_active"));
          case TPS -> byTps;
          case USED -> byNumber("sv_active");
          case NAME -> (_, _) -> 0;
        };
    List<Row> sorted = pools.stream().sorted(wanted.thenComparing(byName)).toList();
    for (int i = 0; i < sorted.size(); i++) {
      if (key(sorted.get(i)).equals(key)) {
        selected = i;
      }
    }
    selected = Math.clamp(selected, 0, Math.max(0, sorted.size() - 1));
    key = sorted.isEmpty() ? "" : key(sorted.get(selected));
    return sorted;
  }

  private static Comparator<Row> byNumber(String column) {
    return Comparator.comparingLong((Row row) -> row.number(column)).reversed();
  }

  /**
   * Acts on a key.
   *
   * @param pressed a letter, or {@code up}, {@code down}, {@code enter}, {@code escape}
   * @param pools as they were last shown
   */
  Outcome press(String pressed, List<Row> pools) {
    if (help) {
      help = false;
      return pressed.equals("q") ? Outcome.QUIT : Outcome.REDRAW;
    }
    switch (pressed) {
      case "q" -> {
        if (!open) {
          return Outcome.QUIT;
        }
        open = false;
      }
      case "escape", "left" -> open = false;
      case "enter", "right" -> open = !pools.isEmpty();
      case "up", "k" -> move(-1, pools);
      case "down", "j" -> move(1, pools);
      case "w" -> order = Order.WAITING;
      case "t" -> order = Order.TPS;
      case "u" -> order = Order.USED;
      case "n" -> order = Order.NAME;
      case "s" -> order = order.next();
      case " " -> held = !held;
      case "h", "?" -> help = true;
      case "r" -> {
        return Outcome.REFRESH;
      }
      default -> {
        return Outcome.NOTHING;
      }
    }
    return Outcome.REDRAW;
  }

  private void move(int by, List<Row> pools) {
    if (!pools.isEmpty()) {
      selected = Math.clamp((long) selected + by, 0, pools.size() - 1);
      key = key(pools.get(selected));
    }
  }
}

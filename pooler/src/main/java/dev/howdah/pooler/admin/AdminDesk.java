package dev.howdah.pooler.admin;

import dev.howdah.pooler.admin.Command.Verb;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's commands for those who come by another door and have been let in there. What fails,
 * fails with a {@link PoolerException} as on the console. Safe for all threads, never blocks.
 */
public final class AdminDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AdminDesk.class);

  private final Console console;
  private final ClientHouse house;

  AdminDesk(Console console, ClientHouse house) {
    this.console = console;
    this.house = house;
  }

  /**
   * What SHOW shows, row by row: values by column, texts, numbers or null.
   *
   * @param topic as after SHOW, in any case
   */
  public CompletionStage<List<Map<String, @Nullable Object>>> show(String topic) {
    Topic found = Topic.find(topic);
    if (found == null) {
      throw ErrorFields.error(SqlState.UNDEFINED_OBJECT, "there is nothing called " + topic)
          .asException();
    }
    return console.run(new Command.Show(found), true, patience()).thenApply(AdminDesk::rows);
  }

  private static List<Map<String, @Nullable Object>> rows(Reply reply) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    Table table = reply.table();
    if (table != null) {
      for (List<@Nullable Object> values : table.rows()) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
          row.put(table.columns().get(i).name(), values.get(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /**
   * Carries out an order.
   *
   * @param verb as on the console, in any case
   * @param argument a database, a client's number or a word; empty for none
   * @param who gives the order, for the log
   * @return what there is to say about it, one sentence each; never completes when the process ends
   *     instead
   */
  public CompletionStage<List<String>> order(String verb, String argument, String who) {
    Command.Order order = new Command.Order(verbOf(verb), argument);
    LOG.info("{} {} command issued", who, order.issued());
    return console.run(order, true, patience()).thenApply(AdminDesk::sentences);
  }

  private static Verb verbOf(String verb) {
    for (Verb each : Verb.values()) {
      if (each.name().equals(verb.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    throw ErrorFields.error(SqlState.SYNTAX_ERROR, "there is no order " + verb).asException();
  }

  /** Changes a key of {@code [pgbouncer]} until the next reload; {@code who} is for the log. */
  public CompletionStage<List<String>> set(String key, String value, String who) {
    LOG.info("{} SET {} command issued", who, key);
    return console
        .run(new Command.SetKey(key.toLowerCase(Locale.ROOT), value), true, patience())
        .thenApply(AdminDesk::sentences);
  }

  private static List<String> sentences(Reply reply) {
    return reply.notices().stream().map(ErrorFields::message).toList();
  }

  /** Waits for what an order began, with no one there to break it off. */
  private Patience patience() {
    return new Patience(house.pools().lanes().getFirst().loop());
  }

  /** The version of this pooler, digits first. */
  public String version() {
    return console.version();
  }
}

package dev.howdah.pooler.admin;

import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.session.AdviceBook;
import dev.howdah.pooler.session.AdviceBook.Counts;
import dev.howdah.pooler.session.AdviceBook.Subject;
import dev.howdah.pooler.session.PinReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SHOW ADVICE: what transaction pooling would mean to the clients of session pooling. */
final class AdviceTable {
  private static final List<PinReason> SHOWN =
      List.of(
          PinReason.ADVISORY_LOCK,
          PinReason.TEMP_OBJECT,
          PinReason.HELD_CURSOR,
          PinReason.SQL_PREPARED,
          PinReason.SESSION_AUTHORIZATION,
          PinReason.SEED,
          PinReason.EXTENSION);

  private AdviceTable() {}

  /** A row for each application of each database. */
  static Table of(AdviceBook book, Collection<Pool> pools) {
    Map<String, Integer> clients = new HashMap<>();
    Map<String, Integer> transactions = new HashMap<>();
    for (Pool pool : pools) {
      clients.merge(pool.key().database(), pool.load().clientsPeak(), Integer::sum);
      transactions.merge(pool.key().database(), pool.load().busyPeak(), Integer::sum);
    }
    Table table = new Table(Topic.ADVICE.columns());
    for (Map.Entry<Subject, Counts> entry : book.all().entrySet()) {
      Subject subject = entry.getKey();
      Counts counts = entry.getValue();
      List<@Nullable Object> row = new ArrayList<>();
      row.add(subject.database());
      row.add(subject.application());
      row.add(counts.clients());
      for (PinReason reason : SHOWN) {
        row.add(counts.pins(reason));
      }
      row.add(counts.audits());
      row.add(clients.getOrDefault(subject.database(), 0));
      row.add(transactions.getOrDefault(subject.database(), 0));
      table.add(row.toArray());
    }
    return table;
  }
}

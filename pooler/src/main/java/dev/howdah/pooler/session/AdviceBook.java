package dev.howdah.pooler.session;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What clients in session pooling do that transaction pooling would have to keep their server
 * connections for, by database and application. Safe for all threads.
 */
public final class AdviceBook {
  private static final int SUBJECTS_MAX = 1_000;
  private static final String OTHERS = "(others)";

  private final Map<Subject, Counts> counts = new ConcurrentHashMap<>();

  /** Whose statements were read. */
  public record Subject(String database, String application) implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      int databases = database.compareTo(other.database);
      return databases == 0 ? application.compareTo(other.application) : databases;
    }
  }

  /** What was found; each reason is counted once per client. */
  public static final class Counts {
    private final LongAdder clients = new LongAdder();
    private final LongAdder audits = new LongAdder();
    private final Map<PinReason, LongAdder> pins = new EnumMap<>(PinReason.class);

    Counts() {
      for (PinReason reason : PinReason.values()) {
        pins.put(reason, new LongAdder());
      }
    }

    void onClient() {
      clients.increment();
    }

    void onAudit() {
      audits.increment();
    }

    void onPins(EnumSet<PinReason> reasons) {
      for (PinReason reason : reasons) {
        LongAdder count = pins.get(reason);
        if (count != null) {
          count.increment();
        }
      }
    }

    /** Clients whose statements were read. */
    public long clients() {
      return clients.sum();
    }

    /** Texts after which PostgreSQL would be asked what they have left. */
    public long audits() {
      return audits.sum();
    }

    /** Clients that gave this reason to keep their server connection. */
    public long pins(PinReason reason) {
      LongAdder count = pins.get(reason);
      return count == null ? 0 : count.sum();
    }
  }

  Counts of(String database, String application) {
    String known = counts.size() < SUBJECTS_MAX ? application : OTHERS;
    return counts.computeIfAbsent(new Subject(database, known), _ -> new Counts());
  }

  /** All that is known now, in the order of databases and applications. */
  public Map<Subject, Counts> all() {
    return new TreeMap<>(counts);
  }
}

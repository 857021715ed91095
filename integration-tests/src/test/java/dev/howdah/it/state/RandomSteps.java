package dev.howdah.it.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A random but repeatable story of two to five clients in the language of {@link Scenario}, so that
 * a failure can be put into a file as it is printed. Nothing in it depends on who is faster: nobody
 * waits for a lock of another, and who is about to stop listening first hears everything sent so
 * far. One thread.
 */
final class RandomSteps {
  private static final String MARK = "mark";
  private static final List<String> SETTINGS =
      List.of("work_mem", "TimeZone", "search_path", "statement_timeout", "my.x");
  private static final List<List<String>> VALUES =
      List.of(
          List.of("'2MB'", "'3MB'", "'lots'"),
          List.of("'Asia/Tokyo'", "'UTC'", "'no/where'"),
          List.of("elsewhere", "elsewhere, public", "\"Odd Name\", public"),
          List.of("'40s'", "'50000ms'", "0"),
          List.of("'a'", "'it''s'", "''"));
  private static final String LOOK =
      "SELECT current_user, current_setting('work_mem'), current_setting('TimeZone'),"
          + " current_setting('search_path'), current_setting('statement_timeout'),"
          + " nullif(current_setting('my.x', true), '')";
  private static final List<String> TEXTS =
      List.of(
          "SELECT v FROM t WHERE id = 1",
          "SELECT 'of ' || current_user",
          "SHOW work_mem",
          "SELECT count(*) FROM mine",
          "SELECT 1/0",
          "SET work_mem = '5MB'",
          "SELECT set_config('my.x', 'prepared', false)",
          "SELECT nextval('numbers')");

  private final RandomGenerator random;
  private final long seed;
  private final int clients;
  private final boolean asksForSequenceState;
  private final boolean listens;
  private final List<String> steps = new ArrayList<>();
  private final boolean[] inTransaction;
  private int marks;
  private int lockEpoch;

  private RandomSteps(long seed) {
    this.seed = seed;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    clients = 2 + random.nextInt(4);
    asksForSequenceState = random.nextInt(10) == 0;
    listens = random.nextBoolean();
    inTransaction = new boolean[clients];
  }

  /** The story of a seed: what is needed first, the steps that may be left out, what ends it. */
  record Story(long seed, List<String> head, List<String> body, List<String> tail) {

    /** The whole as a scenario. */
    Scenario scenario() {
      List<String> all = new ArrayList<>(head);
      all.addAll(body);
      all.addAll(tail);
      return Scenario.of("seed " + seed, Set.of("may-refuse 55000"), all);
    }

    /** How many clients take part. */
    int clients() {
      return scenario().clients().size();
    }

    /** Without some of its steps. */
    Story without(int from, int count) {
      List<String> rest = new ArrayList<>(body.subList(0, from));
      rest.addAll(body.subList(Math.min(body.size(), from + count), body.size()));
      return new Story(seed, head, rest, tail);
    }
  }

  static Story story(long seed) {
    return new RandomSteps(seed).tell();
  }

  private Story tell() {
    List<String> head = new ArrayList<>();
    head.add("O: SELECT setval('numbers', 1, false)");
    head.add("O: UPDATE t SET v = 'v' || id");
    for (int client = 0; client < clients; client++) {
      head.add(name(client) + login());
      if (listens) {
        head.add(name(client) + ": LISTEN " + MARK);
      }
    }
    int length = 6 + random.nextInt(25);
    while (steps.size() < length) {
      add(random.nextInt(clients));
    }
    List<String> body = List.copyOf(steps);
    steps.clear();
    for (int client = 0; client < clients; client++) {
      say(client, "ROLLBACK");
      inTransaction[client] = false;
      say(client, "RESET ROLE");
      listen(client);
      say(client, LOOK);
      hearAll(client);
    }
    return new Story(seed, head, body, List.copyOf(steps));
  }

  private String login() {
    return switch (random.nextInt(4)) {
      case 0 -> "! login work_mem=6MB";
      case 1 -> "! login options='-c TimeZone=Asia/Seoul -c my.x=start'";
      default -> "! login";
    };
  }

  private void add(int client) {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> addSetting(client);
      case 4, 5, 6, 7 -> addTransaction(client);
      case 8, 9 -> addLock(client);
      case 10, 11 -> addTemporary(client);
      case 12, 13 -> {
        if (listens) {
          addListen(client);
        } else {
          say(client, LOOK);
        }
      }
      case 14, 15, 16 -> addStatement(client);
      case 17 -> addCursorOrSequence(client);
      case 18 -> addDiscard(client);
      default -> addDisconnect(client);
    }
  }

  private void addSetting(int client) {
    int which = random.nextInt(SETTINGS.size());
    String name = SETTINGS.get(which);
    String value = pick(VALUES.get(which));
    String quoted = value.startsWith("'") ? value : "'" + value.replace("'", "''") + "'";
    switch (random.nextInt(14)) {
      case 0, 1 -> say(client, "SET " + name + " = " + value);
      case 2 -> say(client, "SET LOCAL " + name + " = " + value);
      case 3 -> say(client, "RESET " + name);
      case 4 -> say(client, "RESET ALL");
      case 5 ->
          say(
              client,
              "SELECT set_config('%s', %s, %s)".formatted(name, quoted, random.nextBoolean()));
      case 6 -> say(client, "SELECT hidden_set('%s', %s)".formatted(name, quoted));
      case 7 -> say(client, "DO $$ BEGIN SET " + name + " = " + value + "; END $$");
      case 8 -> say(client, "SET ROLE " + pick(List.of("alice", "bob", "NONE")));
      case 9 -> say(client, "SET work_mem = '1MB'; SET " + name + " = " + value);
      case 10 -> say(client, "SELECT v FROM t WHERE id = 1");
      default -> say(client, LOOK);
    }
  }

  private void addTransaction(int client) {
    String savepoint = pick(List.of("a", "b"));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        say(client, pick(List.of("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ")));
        inTransaction[client] = true;
      }
      case 4, 5 -> {
        say(client, "COMMIT");
        inTransaction[client] = false;
      }
      case 6 -> {
        say(client, "ROLLBACK");
        inTransaction[client] = false;
      }
      case 7, 8 -> say(client, "SAVEPOINT " + savepoint);
      case 9 -> say(client, "ROLLBACK TO " + savepoint);
      case 10 -> say(client, "RELEASE " + savepoint);
      default -> say(client, "SELECT 1/0");
    }
  }

  private void addLock(int client) {
    long key = seed * 1000 + lockEpoch * 10L + random.nextInt(3);
    String kind = random.nextBoolean() ? "" : "_shared";
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> say(client, "SELECT pg_try_advisory_lock" + kind + "(" + key + ")");
      case 3, 4 -> say(client, "SELECT pg_advisory_unlock" + kind + "(" + key + ")");
      case 5 -> say(client, "SELECT pg_try_advisory_xact_lock" + kind + "(" + key + ")");
      case 6 -> say(client, "SELECT pg_advisory_unlock_all()");
      // A key of its own, since it would wait for another's.
      default -> say(client, "SELECT hidden_lock(" + (100 + client) + ")");
    }
  }

  private void addTemporary(int client) {
    say(
        client,
        pick(
            List.of(
                "CREATE TEMP TABLE mine (a int)",
                "CREATE TEMP TABLE mine AS SELECT 1 AS a",
                "CREATE TEMP TABLE mine (a int) ON COMMIT DROP",
                "INSERT INTO mine VALUES (1)",
                "SELECT count(*) FROM mine",
                "DROP TABLE mine",
                "SELECT hidden_execute('CREATE TEMP TABLE mine (a int)')",
                "DISCARD TEMP")));
  }

  private void addListen(int client) {
    String channel = pick(List.of("news", "other"));
    switch (random.nextInt(7)) {
      case 0, 1 -> say(client, "LISTEN " + channel);
      case 2, 3, 4 -> say(client, "NOTIFY " + channel + ", '" + steps.size() + "'");
      case 5 -> {
        hearAll(client);
        say(client, "UNLISTEN " + channel);
      }
      default -> {
        if (!inTransaction[client]) {
          hearAll(client);
          say(client, "UNLISTEN *");
          listen(client);
        }
      }
    }
  }

  private void listen(int client) {
    if (listens) {
      say(client, "LISTEN " + MARK);
    }
  }

  /** Makes a client that may hear notifications now hear all that were sent. */
  private void hearAll(int client) {
    if (listens && !inTransaction[client]) {
      marks++;
      steps.add(
          "O: NOTIFY %s, '%d'%n%s! heard %s %d".formatted(MARK, marks, name(client), MARK, marks));
    }
  }

  private void addStatement(int client) {
    String name = pick(List.of("s1", "s2", "-"));
    String text = pick(TEXTS);
    String own = name.equals("-") ? "s3" : name;
    switch (random.nextInt(9)) {
      case 0, 1 -> batch(client, "Parse " + name + ": " + text);
      case 2, 3 -> batch(client, "Bind " + name, "Execute");
      case 4 -> batch(client, "Parse " + name + ": " + text, "Bind " + name, "Execute");
      case 5 -> batch(client, "Bind s1", "Execute", "Bind s2", "Execute", "Close statement s1");
      case 6 -> batch(client, "Close statement " + own, "Parse " + own + ": " + text);
      case 7 ->
          say(
              client,
              pick(
                  List.of(
                      "PREPARE " + own + " AS SELECT 'prepared ' || current_user",
                      "EXECUTE " + own,
                      "DEALLOCATE " + own,
                      "DEALLOCATE ALL")));
      default -> batch(client, "Describe statement " + name);
    }
  }

  private void addCursorOrSequence(int client) {
    if (asksForSequenceState && random.nextBoolean()) {
      say(client, pick(List.of("SELECT currval('numbers')", "SELECT lastval()")));
      return;
    }
    say(
        client,
        pick(
            List.of(
                "DECLARE c CURSOR WITH HOLD FOR SELECT id FROM t ORDER BY id",
                "FETCH 1 FROM c",
                "CLOSE c",
                "SELECT nextval('numbers')",
                "UPDATE t SET v = v || '+' WHERE id = " + (client + 1))));
  }

  private void addDiscard(int client) {
    if (random.nextBoolean() || inTransaction[client]) {
      say(client, pick(List.of("DISCARD PLANS", "DISCARD SEQUENCES", "RESET ALL")));
    } else {
      hearAll(client);
      say(client, "DISCARD ALL");
      listen(client);
    }
  }

  /** The keys used so far may still be locked for a moment, so they are not used again. */
  private void addDisconnect(int client) {
    if (random.nextInt(2) == 0) {
      lockEpoch++;
      inTransaction[client] = false;
      steps.add(
          "%s! %s%n%s%s"
              .formatted(
                  name(client),
                  random.nextBoolean() ? "terminate" : "vanish",
                  name(client),
                  login()));
      listen(client);
    }
  }

  private void batch(int client, String... packets) {
    steps.add(name(client) + ":\n  " + String.join("\n  ", packets) + "\n  Sync");
  }

  private void say(int client, String sql) {
    steps.add(name(client) + ": " + sql);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String name(int client) {
    return String.valueOf((char) ('A' + client));
  }
}

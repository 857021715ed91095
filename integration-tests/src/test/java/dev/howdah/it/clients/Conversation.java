package dev.howdah.it.clients;

import static dev.howdah.it.clients.RawClient.int16;
import static dev.howdah.it.clients.RawClient.int32;
import static dev.howdah.it.clients.RawClient.message;
import static dev.howdah.it.clients.RawClient.text;

import dev.howdah.it.clients.RawClient.Message;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A random but repeatable sequence of messages, sensible and senseless ones, and how to send it. It
 * ends with messages that bring a server out of whatever it is in and a query to know the end by.
 *
 * @param orderly whether each answer belongs to one message without doubt; no client library sends
 *     anything else
 * @param steps whether to wait after each message that asks for an answer, instead of pipelining
 * @param cuts whether to cut the bytes at places that have nothing to do with messages
 */
record Conversation(long seed, List<Step> messages, boolean orderly, boolean steps, boolean cuts) {
  private static final String END_MARK = "that was all";
  private static final int VOID_FUNCTION = 1299; // now(), which has no arguments
  private static final int INT4ABS = 1397;

  /** One message, and what it is for a reader of a failure. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Step(char type, String what, byte[] bytes) {
    @Override
    public String toString() {
      return type + (what.isEmpty() ? "" : "(" + what + ")");
    }
  }

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT 1",
          "SELECT g, repeat('x', g) FROM generate_series(1, 60) g",
          "SELECT repeat('large', 20000)",
          "SELECT 1/0",
          "SELECT 1/(3 - g) FROM generate_series(1, 5) g",
          "SELEC nonsense",
          "SELECT * FROM no_such_table",
          "",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "SAVEPOINT a",
          "ROLLBACK TO a",
          "DO $$ BEGIN RAISE NOTICE 'noted'; RAISE WARNING 'warned'; END $$",
          "SET application_name = 'renamed'",
          "SET DateStyle = 'German'",
          "RESET DateStyle",
          "SHOW DateStyle",
          "SET LOCAL TimeZone = 'Asia/Tokyo'",
          "INSERT INTO sink SELECT 1, 'x' RETURNING a",
          "COPY (SELECT generate_series(1, 30)) TO STDOUT",
          "COPY sink FROM STDIN",
          "COPY sink FROM STDIN",
          "COPY sink FROM STDIN");

  private static final List<String> SEVERAL =
      List.of(
          "SELECT 1; SELECT 2",
          "SELECT 1; SELECT 1/0; SELECT 2",
          "BEGIN; SELECT 1",
          "COPY sink FROM STDIN; SELECT 3",
          "COPY sink FROM STDIN; COPY sink FROM STDIN",
          "SELECT 1; COPY (SELECT 1) TO STDOUT; COMMIT",
          ";;",
          "INSERT INTO sink VALUES (1, 'y'); ROLLBACK; SELECT 4");

  /**
   * The conversation of a seed.
   *
   * @param named whether statements and portals may have names that outlive a transaction
   */
  static Conversation of(long seed, boolean named) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Step> messages = new ArrayList<>();
    // A simple query drops the unnamed statement that an earlier client may have left.
    messages.add(query("SELECT 'start'"));
    int length = 2 + random.nextInt(24);
    while (messages.size() < length) {
      addSome(messages, random, named);
    }
    boolean orderly = random.nextInt(4) != 0;
    return new Conversation(
        seed,
        orderly ? inOrder(messages) : List.copyOf(messages),
        orderly,
        random.nextInt(3) == 0,
        random.nextInt(3) == 0);
  }

  /**
   * The same with what is missing between messages whose answers could not be told apart: a Sync
   * between a batch and a query, and a CopyDone between data and a Sync.
   */
  private static List<Step> inOrder(List<Step> messages) {
    List<Step> ordered = new ArrayList<>();
    boolean unsynced = false;
    boolean data = false;
    boolean done = false;
    for (Step step : messages) {
      if (data && "dHcf".indexOf(step.type()) < 0) {
        ordered.add(copyDone());
        data = false;
        done = true;
      }
      boolean batch = isBatch(step);
      if (unsynced && ("QF".indexOf(step.type()) >= 0 || (done && batch))) {
        ordered.add(sync());
        unsynced = false;
      }
      ordered.add(step);
      data = step.type() == 'd' || (data && step.type() == 'H');
      done = step.type() == 'c' || step.type() == 'f' || (done && "dH".indexOf(step.type()) >= 0);
      unsynced = step.type() != 'S' && (unsynced || batch);
    }
    return List.copyOf(ordered);
  }

  /** Whether a message belongs to the extended query protocol and asks for a Sync behind it. */
  private static boolean isBatch(Step step) {
    return "PBDEC".indexOf(step.type()) >= 0;
  }

  private static void addSome(List<Step> to, RandomGenerator random, boolean named) {
    String name = named && random.nextInt(4) == 0 ? "s" + random.nextInt(3) : "";
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> to.add(query(pick(random, STATEMENTS)));
      case 3 -> to.add(query(pick(random, SEVERAL)));
      case 4, 5, 6, 7 -> addBatch(to, random, name);
      case 8 -> addCopy(to, random);
      case 9 -> to.add(sync());
      case 10 -> to.add(step('H', "", message('H')));
      case 11 -> to.add(function(random));
      case 12 -> to.add(copyData(random));
      case 13 -> to.add(random.nextBoolean() ? copyDone() : copyFail());
      case 14 -> to.add(close(random, name));
      default -> addOne(to, random, name);
    }
  }

  private static void addBatch(List<Step> to, RandomGenerator random, String name) {
    int statements = 1 + random.nextInt(3);
    for (int i = 0; i < statements; i++) {
      to.add(parse(name, pick(random, STATEMENTS)));
      to.add(bind(name));
      if (random.nextBoolean()) {
        to.add(
            step('D', "portal", message('D', "P".getBytes(StandardCharsets.US_ASCII), text(""))));
      }
      to.add(execute(random.nextInt(3) == 0 ? 2 : 0));
      if (random.nextInt(4) == 0) {
        to.add(execute(0));
      }
    }
    if (random.nextInt(8) != 0) {
      to.add(sync());
    }
  }

  private static void addCopy(List<Step> to, RandomGenerator random) {
    boolean extended = random.nextBoolean();
    if (extended) {
      to.add(parse("", "COPY sink FROM STDIN"));
      to.add(bind(""));
      to.add(execute(0));
      if (random.nextInt(3) == 0) {
        to.add(sync()); // ignored while the server copies; libpq sends it
      }
    } else {
      to.add(query("COPY sink FROM STDIN"));
    }
    int chunks = random.nextInt(4);
    for (int i = 0; i < chunks; i++) {
      to.add(copyData(random));
    }
    to.add(random.nextInt(4) == 0 ? copyFail() : copyDone());
    if (extended) {
      to.add(sync());
    }
  }

  private static void addOne(List<Step> to, RandomGenerator random, String name) {
    switch (random.nextInt(4)) {
      case 0 -> to.add(parse(name, pick(random, STATEMENTS)));
      case 1 -> to.add(bind(name));
      case 2 -> to.add(step('D', name, message('D', new byte[] {'S'}, text(name))));
      default -> to.add(execute(0));
    }
  }

  private static String pick(RandomGenerator random, List<String> statements) {
    return statements.get(random.nextInt(statements.size()));
  }

  private static Step step(char type, String what, byte[] bytes) {
    return new Step(type, what, bytes);
  }

  private static Step query(String sql) {
    return step('Q', sql, message('Q', text(sql)));
  }

  private static Step parse(String name, String sql) {
    return step('P', name + ":" + sql, message('P', text(name), text(sql), int16(0)));
  }

  private static Step bind(String name) {
    return step('B', name, message('B', text(""), text(name), int16(0), int16(0), int16(0)));
  }

  private static Step execute(int rows) {
    return step('E', rows == 0 ? "" : "" + rows, message('E', text(""), int32(rows)));
  }

  private static Step sync() {
    return step('S', "", message('S'));
  }

  private static Step copyDone() {
    return step('c', "", message('c'));
  }

  private static Step copyFail() {
    return step('f', "", message('f', text("given up")));
  }

  private static Step copyData(RandomGenerator random) {
    String data =
        switch (random.nextInt(5)) {
          case 0 -> "no number\tx\n";
          case 1 -> "";
          case 2 -> "7\t" + "y".repeat(random.nextInt(20_000)) + "\n";
          default -> "1\tone\n2\ttwo\n";
        };
    return step(
        'd',
        data.length() > 20 ? data.length() + " bytes" : data.strip(),
        message('d', data.getBytes(StandardCharsets.US_ASCII)));
  }

  private static Step close(RandomGenerator random, String name) {
    String kind = random.nextBoolean() ? "S" : "P";
    return step(
        'C', kind + name, message('C', kind.getBytes(StandardCharsets.US_ASCII), text(name)));
  }

  private static Step function(RandomGenerator random) {
    boolean valid = random.nextBoolean();
    int oid = valid ? INT4ABS : random.nextBoolean() ? 1 : VOID_FUNCTION + 1;
    return step(
        'F',
        "" + oid,
        message('F', int32(oid), int16(1), int16(1), int16(1), int32(4), int32(-5), int16(1)));
  }

  /** Everything the server answers, through the end mark or the end of the connection. */
  List<String> holdWith(RawClient client) throws IOException {
    List<String> heard = new ArrayList<>();
    try {
      if (steps) {
        sendStepByStep(client, heard);
      } else {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        messages.forEach(step -> all.writeBytes(step.bytes()));
        sendCut(client, all.toByteArray());
      }
      client.send(message('f', text("end")));
      client.send(message('S'));
      client.send(query("ROLLBACK; SELECT '" + END_MARK + "'").bytes());
      boolean marked = false;
      while (true) {
        Message message = client.read();
        heard.add(message.toString());
        marked |= message.type() == 'D' && message.text().endsWith(END_MARK);
        if (marked && message.type() == 'Z') {
          return heard;
        }
      }
    } catch (EOFException | SocketException e) {
      heard.add("closed");
      return heard;
    }
  }

  /** Sends the first half and says goodbye without waiting for anything. */
  void leaveHalfWay(RawClient client) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    messages.subList(0, (messages.size() + 1) / 2).forEach(step -> all.writeBytes(step.bytes()));
    try {
      client.send(all.toByteArray());
    } catch (SocketException e) {
      // The server found the sequence fatal before it was all sent.
    }
    client.terminate();
  }

  private void sendCut(RawClient client, byte[] bytes) throws IOException {
    int size = cuts ? 1 + (int) (seed % 97) : bytes.length;
    for (int from = 0; from < bytes.length; from += size) {
      client.send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
    }
  }

  /** Waits as a careful client does: for ReadyForQuery, or the start of a COPY. */
  private void sendStepByStep(RawClient client, List<String> heard) throws IOException {
    boolean copying = false;
    boolean copyIsQuery = false;
    boolean lastWasQuery = false;
    boolean unsynced = false;
    for (Step step : messages) {
      client.send(step.bytes());
      boolean awaits;
      if (copying) {
        boolean ends = step.type() == 'c' || step.type() == 'f';
        boolean broken = "QPBDECF".indexOf(step.type()) >= 0;
        copying = !ends && !broken;
        awaits = (ends && copyIsQuery) || (broken && "QF".indexOf(step.type()) >= 0);
      } else {
        awaits = step.type() == 'S' || (!unsynced && "QF".indexOf(step.type()) >= 0);
        unsynced = step.type() != 'S' && (unsynced || isBatch(step));
        lastWasQuery = step.type() == 'Q';
      }
      while (awaits) {
        Message message = client.read();
        heard.add(message.toString());
        if (message.type() == 'G') {
          copying = true;
          copyIsQuery = lastWasQuery;
        }
        awaits = message.type() != 'Z' && message.type() != 'G';
      }
    }
  }

  @Override
  public String toString() {
    return "seed "
        + seed
        + (orderly ? " orderly" : "")
        + (steps ? " step by step " : " pipelined ")
        + (cuts ? "in pieces " : "")
        + messages;
  }
}

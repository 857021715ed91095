package dev.howdah.pooler.prepared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.StatementFacts;
import dev.howdah.wire.frame.AwaitedReplies;
import dev.howdah.wire.frame.FrontendObserver;
import dev.howdah.wire.frame.FrontendScanner;
import dev.howdah.wire.frame.Splices;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Close;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Sync;
import dev.howdah.wire.message.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Clients prepare under names of their own; servers see ours, and no statement twice. */
class ClientStatementsTest {
  private static final StatementFacts FACTS = new SqlReader().read("SELECT 1");

  private final StatementCatalogue catalogue = new StatementCatalogue();
  private final Server one = new Server();
  private final Server two = new Server();

  /** A server connection as far as it matters here. */
  private static final class Server {
    private final ServerStatements statements = new ServerStatements();
    private final AwaitedReplies awaited = new AwaitedReplies();

    Server() {
      awaited.trackCompletions(true);
    }

    /** Answers a request to Parse or Close; true when the client does not hear of it. */
    boolean completes(char type) {
      boolean ours = awaited.onComplete((byte) type);
      statements.onCompleted();
      return ours;
    }

    void fails() {
      awaited.onError();
      statements.onLost(awaited.takeLost());
    }

    void isReady() {
      awaited.onReady();
      statements.onLost(awaited.takeLost());
    }
  }

  private final class Client implements FrontendObserver {
    private final ClientStatements names = new ClientStatements(catalogue, 2);
    private final FrontendScanner scanner = new FrontendScanner(1 << 20);
    private final Splices splices = new Splices();
    private final SqlReader reader = new SqlReader();

    /** What the server gets to see of these messages. */
    String sends(Server server, FrontendMessage... messages) {
      names.onLink(server.statements, server.awaited);
      ByteBuf in = Unpooled.buffer();
      for (FrontendMessage message : messages) {
        message.encode(in);
      }
      assertThat(scanner.scan(in, server.awaited, this)).isEqualTo(in.readableBytes());
      List<String> seen = new ArrayList<>();
      splices.apply(
          ByteBufAllocator.DEFAULT,
          in,
          out -> {
            while (out.isReadable()) {
              seen.add(describe(out));
            }
            out.release();
          });
      return String.join(" ", seen);
    }

    @Override
    public boolean wants(byte type) {
      return "PBDC".indexOf(type) >= 0;
    }

    @Override
    public Verdict onMessage(byte type, ByteBuf in, int at, int seen, boolean whole) {
      int end = at + seen;
      switch (type) {
        case 'P' -> {
          int nameEnd = in.indexOf(at + 5, end, (byte) 0);
          names.onParse(
              in,
              at,
              nameEnd,
              end,
              "",
              false,
              null,
              (text, from, to) ->
                  reader.read(
                      text, from, text.indexOf(from, to, (byte) 0) - from, SqlRules.STANDARD),
              splices);
        }
        case 'B' -> names.onBind(in, at, end, splices);
        case 'D' -> names.onDescribe(in, at, end, splices);
        default -> names.onClose(in, at, end, splices, () -> {});
      }
      return Verdict.PASS;
    }
  }

  private static String describe(ByteBuf in) {
    byte type = in.readByte();
    ByteBuf body = in.readSlice(in.readInt() - 4);
    return switch (FrontendMessage.decode(type, body)) {
      case Parse(var name, var sql, var _) -> "P(" + ours(name) + " " + sql + ")";
      case Bind bind -> "B(" + ours(bind.statement()) + ")";
      case Describe(var _, var name) -> "D(" + ours(name) + ")";
      case Close(var _, var name) -> "C(" + ours(name) + ")";
      default -> String.valueOf((char) type);
    };
  }

  private static String ours(String name) {
    return name.replaceAll("^_howdah_[0-9]+$", "#");
  }

  private static Parse parse(String name, String sql) {
    return new Parse(name, sql, List.of());
  }

  private static Bind bind(String name) {
    return new Bind("", name, List.of(), List.of(), List.of());
  }

  private static final Execute EXECUTE = new Execute("", 0);

  @Test
  void two_clients_with_the_same_text_share_a_statement_and_hear_their_own_answers() {
    var anna = new Client();
    var bert = new Client();

    assertThat(anna.sends(one, parse("a", "SELECT 1"), bind("a"), EXECUTE, new Sync()))
        .isEqualTo("P(# SELECT 1) B(#) E S");
    assertThat(one.completes('P')).isFalse();
    one.isReady();

    assertThat(bert.sends(one, parse("b", "SELECT 1"), bind("b"), EXECUTE, new Sync()))
        .as("it is there, so a Parse of nothing stands in for the Parse")
        .isEqualTo("P( ) B(#) E S");
    assertThat(one.completes('P')).isFalse();
    one.isReady();
  }

  @Test
  void a_statement_is_prepared_again_where_it_is_missing_and_nobody_hears_of_it() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(anna.sends(two, bind("a"), EXECUTE, new Sync())).isEqualTo("P(# SELECT 1) B(#) E S");
    assertThat(two.awaited.awaitsCompletions()).isTrue();
    assertThat(two.completes('P')).isTrue();
    two.isReady();
    assertThat(anna.sends(two, bind("a"), EXECUTE, new Sync())).isEqualTo("B(#) E S");
  }

  @Test
  void a_parse_that_fails_leaves_neither_name_nor_statement() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT nonsense"), new Sync());
    one.fails();
    one.isReady();

    assertThat(anna.sends(one, bind("a"), new Sync()))
        .as("PostgreSQL says that there is no such name")
        .isEqualTo("B(a) S");
    assertThat(one.statements.size()).isZero();
  }

  @Test
  void a_name_given_twice_is_refused_by_postgresql_and_told_in_the_clients_words() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(anna.sends(one, parse("a", "SELECT 2"), new Sync())).isEqualTo("P(# SELECT 2) S");
    String ours = catalogue.find("SELECT 1\0\0\0".getBytes(UTF_8), "", () -> FACTS).toString();
    ByteBuf error = Unpooled.copiedBuffer("Mprepared statement \"" + ours + "\" exists\0\0", UTF_8);
    ByteBuf told = Objects.requireNonNull(one.statements.translate(error));

    assertThat(told.getInt(1)).isEqualTo(told.readableBytes() - 1);
    assertThat(told.toString(UTF_8)).contains("prepared statement \"a\" exists");
  }

  @Test
  void the_least_recently_used_statement_makes_room() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT 1"), parse("b", "SELECT 2"), new Sync());
    one.completes('P');
    one.completes('P');
    one.isReady();
    anna.sends(one, bind("a"), new Sync());
    one.isReady();

    assertThat(anna.sends(one, parse("c", "SELECT 3"), new Sync()))
        .isEqualTo("P(# SELECT 3) C(#) S");
    assertThat(one.completes('P')).isFalse();
    assertThat(one.completes('C')).as("of our own").isTrue();
    one.isReady();

    assertThat(anna.sends(one, bind("a"), new Sync())).isEqualTo("B(#) S");
    one.isReady();
    assertThat(anna.sends(one, bind("b"), new Sync())).startsWith("P(# SELECT 2) C(#) B(#)");
  }

  @Test
  void close_takes_the_name_but_not_the_statement_that_others_use() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(anna.sends(one, new Close(Target.STATEMENT, "a"), new Sync()))
        .isEqualTo("C(_howdah_) S");
    assertThat(one.completes('C')).isFalse();
    one.isReady();

    assertThat(one.statements.size()).isEqualTo(1);
    assertThat(anna.sends(one, bind("a"), new Sync())).isEqualTo("B(a) S");
  }

  @Test
  void the_unnamed_statement_outlives_its_sync_and_a_change_of_server() {
    var anna = new Client();
    var bert = new Client();
    anna.sends(one, parse("", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();
    bert.sends(one, parse("", "SELECT 2"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(anna.sends(one, bind(""), new Sync())).isEqualTo("P( SELECT 1) B() S");
    assertThat(one.completes('P')).isTrue();
    one.isReady();
    assertThat(anna.sends(two, new Describe(Target.STATEMENT, ""), new Sync()))
        .isEqualTo("P( SELECT 1) D() S");
  }

  @Test
  void nobody_gets_the_unnamed_statement_of_another() {
    var anna = new Client();
    anna.sends(one, parse("", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(new Client().sends(one, bind(""), new Sync())).isEqualTo("C() B() S");
    assertThat(one.completes('C')).isTrue();
  }

  @Test
  void a_text_that_may_name_a_clients_own_objects_is_shared_with_nobody() {
    var anna = new Client();
    anna.names.setSharing(false);
    anna.sends(one, parse("a", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();

    assertThat(new Client().sends(one, parse("b", "SELECT 1"), new Sync()))
        .isEqualTo("P(# SELECT 1) S");
  }

  @Test
  void a_known_text_needs_no_server() {
    var anna = new Client();
    anna.sends(one, parse("a", "SELECT 1"), new Sync());
    one.completes('P');
    one.isReady();
    var bert = new Client();
    ByteBuf in = Unpooled.buffer();
    parse("b", "SELECT 1").encode(in);

    boolean alone = bert.names.parseAlone(in, 0, 6, in.writerIndex(), "", () -> FACTS);

    assertThat(alone).isTrue();
    assertThat(bert.sends(one, bind("b"), new Sync())).isEqualTo("B(#) S");
  }
}

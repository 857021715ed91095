package dev.howdah.pooler.routing;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.RoutingConfig.Probing;
import dev.howdah.pooler.server.LoginOutcome;
import dev.howdah.pooler.server.LoginRequest;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerIdentity;
import dev.howdah.pooler.server.ServerOpener;
import dev.howdah.wire.error.ErrorFields;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node how it stands, on a connection of its own: at intervals, and in between when
 * somebody wants to know. Event loop of the topology only.
 */
final class NodeProbe {
  private final int index;
  private final NodeConfig node;
  private final Probing probing;
  private final ServerCredentials credentials;
  private final ServerOpener opener;
  private final EventLoop loop;
  private final Observer observer;

  private @Nullable NodeLine line;
  private @Nullable NodeFacts facts; // of this line
  private boolean connecting;
  private boolean closed;
  private boolean asking;
  private boolean again; // once more when the answer has come
  private long askedAtNanos;
  private long dueAtNanos; // the next whole question, or the next attempt to connect
  private long sample;

  /** Who wants to know. */
  interface Observer {

    /** A question is about to be sent; returns the number of the sample it may be. */
    long onAsk(int index);

    /** The answer. */
    void onFacts(int index, NodeFacts facts, long sample, long sentAtNanos);

    /** There is no answer. */
    void onSilence(int index, String why);
  }

  NodeProbe(
      int index,
      NodeConfig node,
      Probing probing,
      ServerCredentials credentials,
      ServerOpener opener,
      EventLoop loop,
      Observer observer) {
    this.index = index;
    this.node = node;
    this.probing = probing;
    this.credentials = credentials;
    this.opener = opener;
    this.loop = loop;
    this.observer = observer;
  }

  /** Does what is due. */
  void onTick(long now) {
    if (closed) {
      return;
    }
    if (asking && now - askedAtNanos > probing.timeout().toNanos()) {
      fail("does not answer within " + probing.timeout().toMillis() + " ms");
    } else if (line == null && !connecting && now - dueAtNanos >= 0) {
      connect(now);
    } else if (line != null && !asking && now - dueAtNanos >= 0) {
      dueAtNanos = now + probing.interval().toNanos();
      ask(NodeFacts.QUESTION);
    }
  }

  /** Asks where it stands as soon as can be; a question under way is not soon enough. */
  void askOnceMore() {
    if (asking) {
      again = true;
    } else {
      askPosition();
    }
  }

  /** Asks where it stands, unless it is being asked. */
  void askPosition() {
    if (line != null && !asking) {
      ask(facts == null ? NodeFacts.QUESTION : NodeFacts.POSITION_QUESTION);
    }
  }

  private void connect(long now) {
    connecting = true;
    dueAtNanos = now + probing.interval().toNanos();
    var request =
        new LoginRequest(
            List.of(node.endpoint()),
            probing.database(),
            credentials,
            Map.of("application_name", "howdah monitor"),
            probing.timeout());
    opener.open(request, loop, new Connected());
  }

  private final class Connected implements LoginOutcome {
    @Override
    public void loggedIn(Channel channel, ServerIdentity identity) {
      connecting = false;
      NodeLine opened = new NodeLine(channel, new Answers());
      if (closed) {
        opened.close();
        return;
      }
      line = opened;
      opened.attach();
      ask(NodeFacts.QUESTION);
    }

    @Override
    public void failed(ErrorFields error, boolean refused) {
      connecting = false;
      if (!closed) {
        observer.onSilence(index, error.message());
      }
    }
  }

  private final class Answers implements NodeLine.Listener {
    @Override
    public void onAnswer(List<@Nullable String> row) {
      asking = false;
      NodeFacts before = facts;
      NodeFacts found;
      try {
        found = before == null || row.size() > 2 ? NodeFacts.read(row) : before.moved(row);
      } catch (IllegalArgumentException e) {
        fail("answers nonsense: " + e.getMessage());
        return;
      }
      boolean promoted = before != null && before.inRecovery() != found.inRecovery();
      facts = promoted && row.size() <= 2 ? null : found;
      if (promoted && row.size() <= 2) {
        ask(NodeFacts.QUESTION); // everything may have changed
        return;
      }
      observer.onFacts(index, found, sample, askedAtNanos);
      if (again && !asking) {
        again = false;
        askPosition();
      }
    }

    @Override
    public void onLost(String why) {
      fail(why);
    }
  }

  private void ask(String question) {
    NodeLine to = line;
    if (to == null) {
      return;
    }
    asking = true;
    sample = observer.onAsk(index);
    askedAtNanos = System.nanoTime();
    to.ask(question);
  }

  private void fail(String why) {
    NodeLine lost = line;
    line = null;
    facts = null;
    asking = false;
    again = false;
    if (lost != null) {
      lost.close();
    }
    if (!closed) {
      observer.onSilence(index, why);
    }
  }

  void close() {
    closed = true;
    NodeLine open = line;
    line = null;
    if (open != null) {
      open.close();
    }
  }
}

package dev.howdah.pooler.pool;

import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server reports to a session that starts with given settings: learnt once from a real
 * server connection, then told to every client that starts with the same, without asking a server.
 * Safe for all threads.
 */
public final class Welcomes {
  /** Differs from client to client, so it is no part of what clients share. */
  public static final String APPLICATION_NAME = "application_name";

  private static final int KEPT_MAX = 1_000;

  private final Map<Settings, Welcome> known = new ConcurrentHashMap<>();
  private volatile Map<String, String> baseline = Map.of();

  /** Settings that PostgreSQL has accepted and what it reports under them. */
  public static final class Welcome {
    private final Settings settings;
    private final byte[] report;
    private final String applicationName;

    Welcome(Settings settings, Map<String, String> parameters) {
      this.settings = settings;
      this.report = encode(parameters);
      this.applicationName = parameters.getOrDefault(APPLICATION_NAME, "");
    }

    /** The one instance that all sessions with equal settings share. */
    public Settings settings() {
      return settings;
    }

    /** The application name that PostgreSQL reports, unless the session has a plain one. */
    public String applicationName() {
      return applicationName;
    }

    /** Appends a ParameterStatus for every parameter but {@code application_name}. */
    public void writeReport(ByteBuf out) {
      out.writeBytes(report);
    }

    private static byte[] encode(Map<String, String> parameters) {
      ByteBuf out = Unpooled.buffer(512);
      parameters.forEach((name, value) -> {
        if (!name.equals(APPLICATION_NAME)) {
          new ParameterStatus(name, value).encode(out);
        }
      });
      return ByteBufUtil.getBytes(out);
    }
  }

  /** What a server reports, for a session that has it to itself. */
  public static Welcome of(Settings settings, Map<String, String> parameters) {
    return new Welcome(settings, parameters);
  }

  /** The welcome for settings seen before. */
  public @Nullable Welcome find(Settings settings) {
    return known.get(settings);
  }

  /** Remembers what a server reported under settings that it accepted. */
  public Welcome learn(Settings settings, Map<String, String> parameters) {
    if (known.size() >= KEPT_MAX) {
      known.clear(); // clients that invent settings must not fill the memory
    }
    Welcome welcome = new Welcome(settings, parameters);
    Welcome before = known.putIfAbsent(settings, welcome);
    return before == null ? welcome : before;
  }

  /**
   * Notes what a server connection reported at login. Other defaults than before make everything
   * learnt so far void.
   */
  void onServerLogin(Map<String, String> parameters) {
    if (!parameters.equals(baseline)) {
      baseline = parameters;
      known.clear();
    }
  }
}

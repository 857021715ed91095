package dev.howdah.cli.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.howdah.cli.system.UnixDatagram;
import dev.howdah.pooler.config.SyslogConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/**
 * Hands every event to the system's log, in the form that syslog(3) of the C library uses. What the
 * system's log does not take at once is lost, so that no connection waits for it; the next line
 * says how many were.
 */
final class SyslogAppender extends AppenderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final int TEXT_MAX = 8_000; // longer datagrams are refused by some

  private final UnixDatagram socket;
  private final SyslogConfig config;
  private final Function<ILoggingEvent, String> text;
  private final long pid = ProcessHandle.current().pid();
  private int lost;

  SyslogAppender(UnixDatagram socket, SyslogConfig config, Function<ILoggingEvent, String> text) {
    this.socket = socket;
    this.config = config;
    this.text = text;
  }

  @Override
  protected void append(ILoggingEvent event) { // one thread at a time, says AppenderBase
    try {
      if (lost > 0) {
        send(event, 4, lost + " lines were lost, the system's log did not take them");
        lost = 0;
      }
      send(event, severity(event.getLevel()), text.apply(event));
    } catch (IOException e) {
      lost++;
    }
  }

  private void send(ILoggingEvent event, int severity, String line) throws IOException {
    String shortened = line.substring(0, Math.min(line.length(), TEXT_MAX));
    String time = TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
    int priority = config.facility().number() * 8 + severity;
    socket.send(
        "<%d>%s %s[%d]: %s"
            .formatted(priority, time, config.identity(), pid, shortened.strip())
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Severities of RFC 5424, table 2. */
  private static int severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}

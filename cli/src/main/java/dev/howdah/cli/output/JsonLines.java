package dev.howdah.cli.output;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.howdah.pooler.json.JsonText;
import dev.howdah.pooler.log.LogSubject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object per event (RFC 8259), on one line: when, how bad, from where, the text, and the
 * fields of what the event is about.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (line(event) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static String line(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256).append('{');
    put(line, "time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    put(line, "level", event.getLevel().toString());
    String logger = event.getLoggerName();
    put(line, "logger", logger.substring(logger.lastIndexOf('.') + 1));
    put(line, "message", event.getFormattedMessage());
    LogSubject subject = subject(event);
    if (subject != null) {
      subject.describe((name, value) -> put(line, name, value));
    }
    if (event.getThrowableProxy() != null) {
      put(line, "exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.append('}').toString();
  }

  private static @Nullable LogSubject subject(ILoggingEvent event) {
    Object[] arguments = event.getArgumentArray();
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof LogSubject subject) {
          return subject;
        }
      }
    }
    return null;
  }

  private static void put(StringBuilder line, String name, Object value) {
    if (line.length() > 1) {
      line.append(',');
    }
    line.append('"').append(name).append("\":");
    if (value instanceof Number) {
      line.append(value);
    } else {
      line.append(JsonText.quoted(value.toString()));
    }
  }
}

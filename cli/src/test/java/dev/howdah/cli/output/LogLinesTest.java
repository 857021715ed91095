package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.howdah.cli.system.DatagramReceiver;
import dev.howdah.cli.system.UnixDatagram;
import dev.howdah.pooler.config.SyslogConfig;
import dev.howdah.pooler.config.SyslogConfig.Facility;
import dev.howdah.pooler.log.LogSubject;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  private final LoggerContext context = new LoggerContext();

  private static final class Connection implements LogSubject {
    @Override
    public void describe(BiConsumer<String, Object> fields) {
      fields.accept("connection", "C-1");
      fields.accept("user", "o\"brien\n");
      fields.accept("queries", 3);
    }

    @Override
    public String toString() {
      return "C-1: erp/o\"brien\n@unix";
    }
  }

  private LoggingEvent event(Level level, String text, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "caller",
            context.getLogger("dev.howdah.pooler.client.ClientSession"),
            level,
            text,
            thrown,
            new Object[] {new Connection(), "gone"});
    event.setTimeStamp(1_700_000_000_123L);
    return event;
  }

  @Test
  void a_json_line_has_the_fields_of_what_it_is_about() {
    assertThat(JsonLines.line(event(Level.INFO, "{} closing because: {}", null)))
        .isEqualTo(
            "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"INFO\","
                + "\"logger\":\"ClientSession\","
                + "\"message\":\"C-1: erp/o\\\"brien\\n@unix closing because: gone\","
                + "\"connection\":\"C-1\",\"user\":\"o\\\"brien\\n\",\"queries\":3}");
  }

  @Test
  void a_stack_trace_stays_on_its_json_line() {
    String line = JsonLines.line(event(Level.ERROR, "bug", new IllegalStateException("why")));

    assertThat(line).contains("\"exception\":\"java.lang.IllegalStateException: why\\n\\tat ");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void syslog_gets_facility_severity_name_and_text() throws Throwable {
    String name = "@howdah-syslog-" + ProcessHandle.current().pid();
    var config = new SyslogConfig("erp", Facility.LOCAL0);
    try (DatagramReceiver syslogd = new DatagramReceiver(name)) {
      SyslogAppender appender = LogSetup.syslogAppender(context, config, new UnixDatagram(name));

      appender.doAppend(event(Level.WARN, "{} {}", null));

      assertThat(syslogd.next())
          .matches(
              "<132>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d erp\\[\\d+]:"
                  + " C-1: erp/o\"brien \\| @unix gone");
    }
  }

  @Test
  void what_syslog_does_not_take_is_counted() throws Throwable {
    String name = "@howdah-late-" + ProcessHandle.current().pid();
    var config = new SyslogConfig("erp", Facility.DAEMON);
    SyslogAppender appender = LogSetup.syslogAppender(context, config, new UnixDatagram(name));
    appender.doAppend(event(Level.INFO, "one", null));
    appender.doAppend(event(Level.INFO, "two", null));
    try (DatagramReceiver syslogd = new DatagramReceiver(name)) {
      appender.doAppend(event(Level.INFO, "three", null));

      assertThat(syslogd.next()).startsWith("<28>").contains("2 lines were lost");
      assertThat(syslogd.next()).startsWith("<30>").endsWith(": three");
    }
  }
}

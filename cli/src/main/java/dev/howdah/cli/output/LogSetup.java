package dev.howdah.cli.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.howdah.cli.system.UnixDatagram;
import dev.howdah.pooler.config.LogFormat;
import dev.howdah.pooler.config.SyslogConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line per event to standard error. Found by logback through {@code META-INF/services};
 * configuring it here instead of in XML makes every start faster. A file named by {@code
 * -Dlogback.configurationFile} takes its place.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

  // A stack trace stays on the line of its event, so that one event is one line for every tool.
  private static final String TEXT =
      "%replace(%msg){'\\s*\\n\\s*', ' | '}%replace( %ex){'\\s*\\n\\s*', ' | '}%nopex";
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - " + TEXT + "%n";

  private static final String CONSOLE = "console";
  private static final String FILE = "file";
  private static final String SYSLOG = "syslog";
  private static final Path SYSTEM_LOG = Path.of("/dev/log");
  private static volatile LogFormat format = LogFormat.TEXT;

  /** How much is logged. */
  public enum Verbosity {
    /** Warnings and errors only. */
    QUIET,
    /** What an operator wants to know. */
    NORMAL,
    /** What a developer wants to know. */
    VERBOSE
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setName(CONSOLE);
    appender.setTarget("System.err");
    ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    add(context, appender);
    context.getLogger("dev.howdah").setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void add(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    appender.setContext(context);
    appender.setEncoder(encoder(context));
    appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if (format == LogFormat.JSON) {
      JsonLines json = new JsonLines();
      json.setContext(context);
      json.start();
      return json;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  /** From now on lines have this format, on standard error and wherever is logged to later. */
  public static void format(LogFormat wanted) {
    format = wanted;
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE)
            instanceof OutputStreamAppender<ILoggingEvent> console) {
      console.setEncoder(encoder(context));
    }
  }

  /**
   * Logs to the system's log as well, or no longer.
   *
   * @throws IOException if the system has none
   */
  public static void syslog(Optional<SyslogConfig> syslog) throws IOException {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      remove(context, SYSLOG);
      if (syslog.isEmpty()) {
        return;
      }
      if (!Files.exists(SYSTEM_LOG)) {
        throw new IOException("syslog = 1, but nobody listens on " + SYSTEM_LOG);
      }
      UnixDatagram socket = new UnixDatagram(SYSTEM_LOG.toString());
      context
          .getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
          .addAppender(syslogAppender(context, syslog.get(), socket));
    }
  }

  private static void remove(LoggerContext context, String name) {
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Appender<ILoggingEvent> present = root.getAppender(name);
    if (present != null) {
      root.detachAppender(present);
      present.stop();
    }
  }

  static SyslogAppender syslogAppender(
      LoggerContext context, SyslogConfig syslog, UnixDatagram socket) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(TEXT);
    layout.start();
    SyslogAppender appender =
        new SyslogAppender(
            socket, syslog, format == LogFormat.JSON ? JsonLines::line : layout::doLayout);
    appender.setContext(context);
    appender.setName(SYSLOG);
    appender.start();
    return appender;
  }

  /**
   * Logs to this file as well, opened anew and appending, and to no other; a file that cannot be
   * written is reported on standard error.
   */
  public static void logTo(Optional<Path> file) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      remove(context, FILE);
      if (file.isPresent()) {
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setName(FILE);
        appender.setFile(file.get().toString());
        add(context, appender);
      }
    }
  }

  /** Stops logging to standard error. */
  public static void leaveConsole() {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger root) {
      root.detachAppender(CONSOLE);
    }
  }

  /** How much of our own code is logged. */
  public static Verbosity verbosity() {
    Logger ours = LoggerFactory.getLogger("dev.howdah");
    return ours.isDebugEnabled()
        ? Verbosity.VERBOSE
        : ours.isInfoEnabled() ? Verbosity.NORMAL : Verbosity.QUIET;
  }

  /** Sets how much of our own code is logged; libraries stay at warnings. */
  public static void use(Verbosity verbosity) {
    if (LoggerFactory.getLogger("dev.howdah") instanceof ch.qos.logback.classic.Logger logger) {
      logger.setLevel(
          switch (verbosity) {
            case QUIET -> Level.WARN;
            case NORMAL -> Level.INFO;
            case VERBOSE -> Level.DEBUG;
          });
    }
  }
}

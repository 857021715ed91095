package dev.howdah.cli.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
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
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg"
          + "%replace( %ex){'\\s*\\n\\s*', ' | '}%nopex%n";

  private static final String CONSOLE = "console";
  private static final String FILE = "file";

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
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  /**
   * Logs to this file as well, appending, and to no other; a file that cannot be written is
   * reported on standard error.
   */
  public static void logTo(Optional<Path> file) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      Appender<ILoggingEvent> before = root.getAppender(FILE);
      if (before != null) {
        root.detachAppender(before);
        before.stop();
      }
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

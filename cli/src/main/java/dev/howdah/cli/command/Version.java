package dev.howdah.cli.command;

import java.util.Objects;

/** Which version this is. */
public final class Version {

  private Version() {}

  /** Such as {@code howdah 1.2.3}; without a jar the version is not known. */
  public static String line() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "howdah "
        + Objects.requireNonNullElse(version, "(not packaged)")
        + ", Java "
        + Runtime.version().feature();
  }
}

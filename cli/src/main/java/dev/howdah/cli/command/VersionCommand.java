package dev.howdah.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code howdah version}. */
@Command(name = "version", description = "Print the version.")
public final class VersionCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.println(Version.line());
    return ExitCode.OK;
  }
}

package dev.howdah.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A running pooler.
 *
 * @param child its process, whose CPU time is read
 * @param port where it listens, on TCP and as the name of its socket file
 * @param socketDirectory where that file is
 */
record Pooler(Child child, int port, Path socketDirectory) implements AutoCloseable {

  /** The options that point the load generator at it. */
  List<String> target(boolean unixSocket) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--port", Integer.toString(port)));
    options.addAll(List.of("--pid", Long.toString(child.pid())));
    if (unixSocket) {
      options.addAll(List.of("--socket-dir", socketDirectory.toString()));
    }
    return options;
  }

  @Override
  public void close() {
    child.close();
  }
}

package dev.howdah.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that names our process while the pooler runs. */
record PidFile(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

  /**
   * Writes the file, if one is configured.
   *
   * @param takeOver whether we replace the process that is named in it
   * @throws IOException if another living process is named in it, or it cannot be written
   */
  static Optional<PidFile> writeIfWanted(Optional<Path> path, boolean takeOver) throws IOException {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    PidFile file = new PidFile(path.get());
    file.write(takeOver);
    return Optional.of(file);
  }

  private void write(boolean takeOver) throws IOException {
    if (!takeOver && Files.exists(path)) {
      Optional<ProcessHandle> other = namedProcess(Files.readString(path).strip());
      if (other.isPresent() && other.get().pid() != ProcessHandle.current().pid()) {
        throw new IOException(
            "pidfile = %s: process %d is running already; stop it or choose another file"
                .formatted(path, other.get().pid()));
      }
    }
    Files.writeString(path, ProcessHandle.current().pid() + "\n");
  }

  private static Optional<ProcessHandle> namedProcess(String text) {
    try {
      return ProcessHandle.of(Long.parseLong(text)).filter(ProcessHandle::isAlive);
    } catch (NumberFormatException e) {
      return Optional.empty(); // not a pid: left over from something else
    }
  }

  /** Removes the file, unless another process has replaced us and written it. */
  void remove() {
    try {
      if (Files.exists(path)
          && Files.readString(path).strip().equals(Long.toString(ProcessHandle.current().pid()))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", path, e.getMessage());
    }
  }
}

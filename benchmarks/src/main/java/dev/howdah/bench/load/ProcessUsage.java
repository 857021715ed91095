package dev.howdah.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and its children, as the kernel accounts for them. The children
 * are looked up once, so that reading takes little time.
 */
final class ProcessUsage {
  private final List<Path> folders;

  private ProcessUsage(List<Path> folders) {
    this.folders = folders;
  }

  /** Of the process with this id; of nothing for 0. */
  static ProcessUsage of(long pid) {
    Stream<Long> pids =
        ProcessHandle.of(pid).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .map(ProcessHandle::pid);
    return new ProcessUsage(pids.map(id -> Path.of("/proc", Long.toString(id))).toList());
  }

  /** CPU time since the processes started, in microseconds. */
  long cpuMicros() {
    return folders.stream()
        .mapToLong(folder -> ProcessStat.parse(read(folder.resolve("stat"))).cpuMicros())
        .sum();
  }

  /** Resident memory now, in kB. */
  long rssKb() {
    return folders.stream()
        .mapToLong(folder -> ProcessStat.rssKb(read(folder.resolve("status"))))
        .sum();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException("a measured process ended: cannot read " + file, e);
    }
  }
}

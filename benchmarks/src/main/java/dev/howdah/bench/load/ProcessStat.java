package dev.howdah.bench.load;

/**
 * The fields of {@code /proc/PID/stat} that matter here (proc(5)).
 *
 * @param parent process id of the parent
 * @param cpuTicks user and system time of the process and of the children it waited for
 */
record ProcessStat(long parent, long cpuTicks) {
  /** USER_HZ: what the kernel shows to programs, 100 on every architecture we run on. */
  private static final int TICKS_PER_SECOND = 100;

  // Counted behind the name, which stands in parentheses and may hold anything.
  private static final int PARENT = 1;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int CHILDREN_USER_TIME = 13;
  private static final int CHILDREN_SYSTEM_TIME = 14;

  /** Reads the only line of the file. */
  static ProcessStat parse(String line) {
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    long ticks =
        Long.parseLong(fields[USER_TIME])
            + Long.parseLong(fields[SYSTEM_TIME])
            + Long.parseLong(fields[CHILDREN_USER_TIME])
            + Long.parseLong(fields[CHILDREN_SYSTEM_TIME]);
    return new ProcessStat(Long.parseLong(fields[PARENT]), ticks);
  }

  long cpuMicros() {
    return cpuTicks * (1_000_000 / TICKS_PER_SECOND);
  }

  /** The line {@code VmRSS} of {@code /proc/PID/status} in kB; 0 if there is none. */
  static long rssKb(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}

package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A configuration that cannot be used. Carries every problem found, not only the first. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;
  private final transient Map<Path, FileStamp> files;

  /**
   * @param problems at least one
   * @param files what was read, and how it was then
   */
  public ConfigException(List<ConfigProblem> problems, Map<Path, FileStamp> files) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.files = Map.copyOf(files);
  }

  /** What was read, and how it was then: a change of one of them may put things right. */
  public Map<Path, FileStamp> files() {
    return files;
  }

  /** What is wrong, file by file and line by line. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
